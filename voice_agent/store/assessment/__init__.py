"""窗口考核: score cards of clerks, windows and units, by a rule that is data, frozen and signed."""
