"""Figures and what is made of them: statistics, phrases, complaints, reports, exports."""
