"""A ledger in, its sessions decided again out: what differs, and why."""
