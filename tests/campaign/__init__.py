"""The long hunt for faults: `make campaign A="--worlds 200 --seed 7"`. Not part of `make test`."""
