"""From the end of a call to a recording that is complete, and the jobs that hear it."""
