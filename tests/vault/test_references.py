"""References tell nothing."""

import re

from lps_safeguarding.vault.references import ALPHABET, new_reference


def test_references_are_random_neutral_and_easy_to_read_out():
    made = [new_reference("C") for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(re.fullmatch(r"C-[0-9A-Z]{4}-[0-9A-Z]{4}", reference) for reference in made)
    assert not set("0O1ILAEIOU") & set(ALPHABET)
    used = set("".join(reference[2:].replace("-", "") for reference in made))
    assert used == set(ALPHABET)
    assert made != sorted(made)
