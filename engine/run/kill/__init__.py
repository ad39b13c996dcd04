"""The kill switch: stops trading at the venue from a process of its own, whatever the session does."""
