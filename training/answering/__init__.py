"""How qa/answering/calibration.json was fitted."""
