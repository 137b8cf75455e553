"""The bundled calls as a ready store: for ``script/demo`` and ``voice-agent serve --demo``."""
