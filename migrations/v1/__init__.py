"""What version 1 was and what its parts become: the frozen shape (`words`), and a module for each block.

Every module reads with `Part`, which knows sloppy keys and tells what nobody read, and tells findings to `Told`.
"""
