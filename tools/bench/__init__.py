"""`make bench`: what the pages cost, as ratios within one run, against two baselines built into it."""
