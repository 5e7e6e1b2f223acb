"""The long hunt for faults: `make campaign A="walls --count 200 --seed 7"`. Not part of `make test`."""
