"""An independent evaluator of formula trees: exact Decimals over rows in memory."""
