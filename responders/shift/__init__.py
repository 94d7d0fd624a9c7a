"""What a shift needs: matters registered by hand, the duty log, papers of a red alert, how long things are kept."""
