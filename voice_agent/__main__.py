"""``python -m voice_agent`` is ``voice-agent``."""

if __name__ == "__main__":
    # Hearing processes import this module too: they need nothing of the command line.
    from voice_agent.cli import main

    main()
