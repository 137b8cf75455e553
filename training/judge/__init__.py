"""The recipe of the learned acts: labelled dialogues → a network that hears acts → its calibration, evaluation and card."""
