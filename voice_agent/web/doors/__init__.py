"""Who comes in and what they may do: signing in, sessions, permissions, ownership, headers."""
