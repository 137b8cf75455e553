"""Lists of calls and the ways through them: the queue, all calls, draws, search."""
