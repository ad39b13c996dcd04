"""Who is at the other end of a socket, as the system says it."""

from __future__ import annotations

import socket
import struct
from typing import Any


def user_of(transport_socket: Any) -> str | None:
    """The user's name; None where the system does not tell (TCP, or no Linux)."""
    option = getattr(socket, "SO_PEERCRED", None)
    if option is None or transport_socket is None or transport_socket.family != getattr(socket, "AF_UNIX", -1):
        return None
    try:
        packed = transport_socket.getsockopt(socket.SOL_SOCKET, option, struct.calcsize("3i"))
        _, uid, _ = struct.unpack("3i", packed)
    except (OSError, struct.error):
        return None
    return _name(uid)


def _name(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
