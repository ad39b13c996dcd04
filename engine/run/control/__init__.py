"""Control of a running session: commands over a local socket, each recorded before it has an effect."""
