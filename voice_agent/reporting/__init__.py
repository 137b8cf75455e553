"""Files that people take away: CSV, XLSX and the monthly report."""
