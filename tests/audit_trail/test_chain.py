"""Tampering is found: whoever does it, the superuser included, and whatever they do."""

import base64
import datetime
import io
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from lps_safeguarding.audit_trail import chain, checkpoints, tasks, trail
from lps_safeguarding.audit_trail.models import Checkpoint, TrailEntry, TrailLink
from lps_safeguarding.vault import keys
from lps_safeguarding.vault.models import RecordKey
from tests.vault.sealed_records import Line, Note

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def a_trail(transactional_db) -> list[TrailEntry]:
    """Six entries, a checkpoint after the third."""
    entries = []
    for number in range(6):
        entries.append(trail.note(by=None, act="read", reference=f"C-{number}", why="a reason"))
        if number == 2:
            assert checkpoints.seal().size == 3
    return entries


@pytest.fixture
def tamper(as_superuser):
    """Statements past every trigger, as the superuser."""

    def run(*statements: str) -> None:
        with as_superuser.transaction():
            as_superuser.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                as_superuser.execute(statement)

    return run


def findings(outside=None) -> str:
    return "\n".join(chain.verify(outside=outside).problems)


def rewrite(tamper, since: int) -> None:
    """Links everything anew from a position on, as somebody would who knows how it is done."""
    tamper(f"""
        DO $$
        DECLARE
            last record;
            prior bytea := coalesce(
                (SELECT hash FROM audit_trail_traillink WHERE position = {since} - 1), sha256('lps-trail/1'));
        BEGIN
            FOR last IN SELECT * FROM audit_trail_traillink WHERE position >= {since} ORDER BY position LOOP
                UPDATE audit_trail_traillink AS link SET previous_hash = prior, hash = audit_trail_hash(
                    prior, link.position, link.linked_at,
                    (SELECT entry FROM audit_trail_trailentry AS entry WHERE entry.id = link.entry_id))
                WHERE link.position = last.position RETURNING hash INTO prior;
            END LOOP;
            UPDATE audit_trail_trailhead SET hash = prior, position = (SELECT max(position) FROM audit_trail_traillink);
        END $$
    """)


def test_an_untouched_trail_is_sound_and_says_so(a_trail, capsys):
    call_command("verify_trail")
    assert "The trail is sound: 6 entries, 1 checkpoints." in capsys.readouterr().out
    assert list(TrailLink.objects.order_by("position").values_list("position", "entry_id")) == [
        (number, entry.pk) for number, entry in enumerate(a_trail, start=1)
    ]


def test_an_empty_trail_is_sound(transactional_db):
    assert chain.verify().is_sound
    assert checkpoints.seal() is None


def test_many_batches_are_followed_without_a_seam(a_trail, monkeypatch):
    for size in (1, 2, 3, 6, 7):
        monkeypatch.setattr(chain, "BATCH", size)
        verdict = chain.verify()
        assert (verdict.entries, verdict.problems) == (6, [])


@pytest.mark.rule("ACC-05")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("why = 'another'", "was altered"),
        ("person_id = 5", "was altered"),
        ("person_id = 0", "was altered"),
        ("record_id = 'x'", "was altered"),
        ("act = 'listed'", "was altered"),
        ("reference = ''", "was altered"),
        ("child_file_id = 'x'", "was altered"),
        ("service_id = 1", "was altered"),
        ("request_id = 'x'", "was altered"),
        ("record_type = 'x'", "was altered"),
        ("at = at + interval '1 microsecond'", "was altered"),
        ("reference = 'C-4a', why = ' reason'", "was altered"),
    ],
)
def test_an_altered_entry_is_named(a_trail, tamper, change, sentence, capsys):
    tamper(f"UPDATE audit_trail_trailentry SET {change} WHERE id = {a_trail[4].pk}")
    with pytest.raises(CommandError) as refused:
        call_command("verify_trail")
    assert refused.value.returncode == 1
    said = capsys.readouterr().err
    assert f"Entry {a_trail[4].pk} (position 5, " in said
    assert sentence in said


@pytest.mark.rule("ACC-05")
def test_triggers_switched_off_hide_nothing(a_trail, as_superuser):
    as_superuser.execute("ALTER TABLE audit_trail_trailentry DISABLE TRIGGER ALL")
    try:
        as_superuser.execute("UPDATE audit_trail_trailentry SET why = 'x' WHERE id = %s", [a_trail[0].pk])
        as_superuser.execute(
            "INSERT INTO audit_trail_trailentry (act, record_type, record_id, reference, child_file_id, why, request_id)"
            " VALUES ('read', '', '', '', '', '', '')"
        )
    finally:
        as_superuser.execute("ALTER TABLE audit_trail_trailentry ENABLE TRIGGER ALL")
    assert f"Entry {a_trail[0].pk} (position 1" in findings()
    assert "is not linked: it was put in past the trail" in findings()


@pytest.mark.rule("ACC-05")
def test_a_removed_entry_is_named(a_trail, tamper):
    tamper(f"DELETE FROM audit_trail_trailentry WHERE id = {a_trail[3].pk}")
    assert f"Entry {a_trail[3].pk} (position 4" in findings()
    assert "was removed from the trail" in findings()


@pytest.mark.rule("ACC-05")
def test_an_entry_removed_with_its_link_leaves_a_gap(a_trail, tamper):
    tamper(
        f"DELETE FROM audit_trail_trailentry WHERE id = {a_trail[3].pk}",
        "DELETE FROM audit_trail_traillink WHERE position = 4",
    )
    assert f"gap before entry {a_trail[4].pk}: position 4 was removed" in findings()


@pytest.mark.rule("ACC-05")
def test_a_gap_closed_again_by_renumbering_is_found(a_trail, tamper):
    tamper(
        f"DELETE FROM audit_trail_trailentry WHERE id = {a_trail[3].pk}",
        "DELETE FROM audit_trail_traillink WHERE position = 4",
        "UPDATE audit_trail_traillink SET position = position - 1 WHERE position > 4",
        "UPDATE audit_trail_trailhead SET position = 5",
    )
    assert f"Entry {a_trail[4].pk} (position 4" in findings()
    assert "does not follow the entry before it" in findings()


@pytest.mark.rule("ACC-05")
def test_the_end_cut_off_is_found_by_the_head_or_by_a_checkpoint(a_trail, tamper):
    tamper(
        "DELETE FROM audit_trail_traillink WHERE position > 4",
        f"DELETE FROM audit_trail_trailentry WHERE id > {a_trail[3].pk}",
    )
    assert "head says something else" in findings()
    tamper(
        "DELETE FROM audit_trail_traillink WHERE position > 2",
        f"DELETE FROM audit_trail_trailentry WHERE id > {a_trail[1].pk}",
        "UPDATE audit_trail_trailhead SET (position, hash, linked_at) ="
        " (SELECT position, hash, linked_at FROM audit_trail_traillink WHERE position = 2)",
    )
    assert "was made for 3 entries; the trail ends at position 2" in findings()


@pytest.mark.rule("ACC-05")
def test_exchanged_entries_are_found(a_trail, tamper):
    tamper(
        "UPDATE audit_trail_traillink SET entry_id = -1 WHERE position = 4",
        f"UPDATE audit_trail_traillink SET entry_id = {a_trail[3].pk} WHERE position = 5",
        f"UPDATE audit_trail_traillink SET entry_id = {a_trail[4].pk} WHERE position = 4",
    )
    assert "position 4" in findings()
    assert "position 5" in findings()


@pytest.mark.rule("ACC-05")
def test_an_entry_dated_back_is_found_even_when_all_after_it_is_linked_anew(a_trail, tamper):
    tamper(f"UPDATE audit_trail_trailentry SET at = at - interval '1 day' WHERE id = {a_trail[4].pk}")
    rewrite(tamper, since=5)
    assert "which is not when it was written" in findings()
    tamper("UPDATE audit_trail_traillink SET linked_at = linked_at - interval '1 day' WHERE position = 5")
    rewrite(tamper, since=5)
    assert f"Entry {a_trail[4].pk} (position 5" in findings()
    assert "was dated back" in findings()


@pytest.mark.rule("ACC-05")
def test_an_entry_put_in_before_a_checkpoint_is_found(a_trail, tamper):
    tamper(
        "UPDATE audit_trail_traillink SET linked_at = (SELECT at - interval '1 microsecond' FROM audit_trail_checkpoint)"
        " WHERE position = 4"
    )
    rewrite(tamper, since=4)
    assert "was dated back" in findings()


@pytest.mark.rule("ACC-05")
def test_what_stands_under_a_checkpoint_cannot_be_rewritten(a_trail, tamper):
    tamper(f"UPDATE audit_trail_trailentry SET why = 'nothing' WHERE id = {a_trail[1].pk}")
    rewrite(tamper, since=2)
    assert "contradicts the trail: entries up to position 3 were rewritten" in findings()


@pytest.mark.rule("ACC-05")
def test_a_checkpoint_changed_or_forged_is_found(a_trail, tamper):
    tamper("UPDATE audit_trail_checkpoint SET head_hash = sha256('x')")
    assert "altered after it was signed" in findings()
    tamper("DELETE FROM audit_trail_checkpoint")
    forger = Ed25519PrivateKey.generate()
    head = TrailLink.objects.get(position=6)
    at = TrailLink.objects.order_by("-position").first().linked_at + datetime.timedelta(seconds=1)
    forged = checkpoints.Statement(
        size=6, head_hash=bytes(head.hash), at=at, key_id=checkpoints.key_id_of(forger.public_key())
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        cursor.execute(
            "SELECT audit_trail_seal(6, %s, clock_timestamp(), %s, %s)",
            [forged.head_hash, forged.key_id, forger.sign(forged.signed_text)],
        )
    assert "was not signed with a key of this school" in findings()


@pytest.mark.rule("ACC-05")
def test_a_rewrite_of_everything_checkpoints_included_is_found_by_a_checkpoint_kept_outside(
    a_trail, tamper, tmp_path, capsys
):
    kept = tmp_path / "checkpoint.json"
    call_command("trail_checkpoint", out=kept)
    trail.note(by=None, act="read")
    call_command("verify_trail", checkpoint=kept)
    assert "and the one kept outside" in capsys.readouterr().out

    tamper(
        f"UPDATE audit_trail_trailentry SET person_id = 99 WHERE id = {a_trail[0].pk}",
        "DELETE FROM audit_trail_checkpoint",
    )
    rewrite(tamper, since=1)
    checkpoints.seal()  # even the signing key is in their hands
    assert chain.verify().is_sound
    with pytest.raises(CommandError):
        call_command("verify_trail", checkpoint=kept)
    assert (
        "The checkpoint kept outside contradicts the trail: entries up to position 6 were rewritten"
        in capsys.readouterr().err
    )


def test_a_trail_emptied_altogether_is_found_by_a_checkpoint_kept_outside(a_trail, tamper, tmp_path, capsys):
    kept = tmp_path / "checkpoint.json"
    call_command("trail_checkpoint", out=kept)
    tamper(
        "DELETE FROM audit_trail_trailentry",
        "DELETE FROM audit_trail_traillink",
        "DELETE FROM audit_trail_checkpoint",
        "UPDATE audit_trail_trailhead SET position = 0, hash = sha256('lps-trail/1'), linked_at = '1970-01-01 00:00:00+00'",
    )
    assert chain.verify().is_sound
    with pytest.raises(CommandError):
        call_command("verify_trail", checkpoint=kept)
    assert "was made for 6 entries; the trail ends at position 0" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda text: text.replace('"size": 6', '"size": 5'), "does not bear a signature"),
        (lambda text: text[:20], "is not a checkpoint"),
        (lambda text: "[]", "is not a checkpoint"),
    ],
)
def test_a_file_that_is_no_true_checkpoint_is_not_believed(a_trail, tmp_path, edit, sentence, capsys):
    kept = tmp_path / "checkpoint.json"
    call_command("trail_checkpoint", out=kept)
    kept.write_text(edit(kept.read_text()))
    with pytest.raises(CommandError) as refused:
        call_command("verify_trail", checkpoint=kept)
    assert sentence in str(refused.value) + capsys.readouterr().err
    with pytest.raises(CommandError, match="could not be read"):
        call_command("verify_trail", checkpoint=tmp_path / "none")


def test_a_checkpoint_survives_being_written_out_and_read(a_trail):
    statement = checkpoints.newest()
    assert checkpoints.from_text(statement.as_text()) == statement
    assert checkpoints.is_genuine(statement)


def test_checkpoints_of_a_former_key_still_hold(a_trail, settings):
    former = io.StringIO()
    call_command("trail_public_key", stdout=former)
    settings.TRAIL_SIGNING_KEY = b"n" * 32
    assert "was not signed with a key of this school" in findings()
    settings.TRAIL_FORMER_PUBLIC_KEYS = [former.getvalue().strip()]
    assert len(base64.b64decode(former.getvalue())) == 32
    assert findings() == ""
    assert checkpoints.seal().size == 6
    assert findings() == ""


def test_the_clock_signs_only_when_the_trail_grew(a_trail):
    tasks.seal()
    tasks.seal()
    assert list(Checkpoint.objects.values_list("size", flat=True)) == [3, 6]


def test_an_act_given_up_leaves_neither_entry_nor_gap(a_trail):
    with pytest.raises(RuntimeError), transaction.atomic():
        trail.note(by=None, act="read")
        raise RuntimeError
    trail.note(by=None, act="read")
    assert chain.verify().entries == 7
    assert findings() == ""


# --- Many at once ---------------------------------------------------------------------------------------------------
def together(*works) -> list[BaseException]:
    """Runs functions in threads of their own; what they raised."""
    failures: list[BaseException] = []

    def run(work) -> None:
        try:
            work()
        except BaseException as failure:  # noqa: BLE001 (given back)
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return failures


@pytest.mark.rule("ACC-05")
def test_eight_at_once_with_other_locks_in_their_hands_make_no_deadlock_and_no_gap(transactional_db):
    rows = sorted((keys.new_record_key() for _ in range(4)), key=lambda key: key.pk)

    def work(number: int):
        def go() -> None:
            for turn in range(15):
                with transaction.atomic():
                    if turn % 2:
                        trail.note(by=None, act="read", reference=f"{number}-{turn}")
                    first, second = sorted((rows[(number + turn) % 4].pk, rows[(number + turn + 1) % 4].pk))
                    RecordKey.objects.select_for_update().get(pk=first)
                    RecordKey.objects.select_for_update().get(pk=second)
                    note = Note.objects.create(key=rows[(number + turn) % 4], text="x")
                    Line.objects.create(key=rows[(number + turn + 1) % 4], note=note, text="y")
                    trail.note(by=None, act="created", record=note)

        return go

    before = TrailEntry.objects.count()
    assert together(*(work(number) for number in range(8))) == []
    assert TrailEntry.objects.count() == before + 8 * 15 + 8 * 7
    positions = list(TrailLink.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert findings() == ""


@pytest.mark.rule("ACC-05")
def test_the_chain_is_locked_only_after_every_check_of_the_commit(transactional_db):
    """A commit that waits for another's row does not hold the chain meanwhile: the other one can commit."""
    parent = keys.new_record_key()
    noted, locked = threading.Event(), threading.Event()

    def child() -> None:
        with transaction.atomic():
            trail.note(by=None, act="read")  # its link is queued before the foreign key's check
            Note.objects.create(key=parent, text="x")  # checked at commit: waits for the other's lock
            noted.set()
            assert locked.wait(20)

    def parent_of_it() -> None:
        assert noted.wait(20)
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', '5s', true)")
            RecordKey.objects.select_for_update().get(pk=parent.pk)
            trail.note(by=None, act="read")
            locked.set()
            threading.Event().wait(0.5)  # the other one reaches its commit and waits there

    assert together(child, parent_of_it) == []
    assert findings() == ""


def test_a_checkpoint_waits_for_nobody_and_sees_no_half_commit(transactional_db):
    stop = threading.Event()

    def write() -> None:
        for number in range(40):
            trail.note(by=None, act="read", reference=str(number))
        stop.set()

    def seal() -> None:
        while not stop.is_set():
            checkpoints.seal()

    assert together(write, seal, seal) == []
    assert findings() == ""
    assert Checkpoint.objects.exists()


def test_checking_while_people_work_sees_one_consistent_picture(transactional_db):
    stop, verdicts = threading.Event(), []

    def write() -> None:
        for _ in range(40):
            trail.note(by=None, act="read")
        stop.set()

    def check() -> None:
        while not stop.is_set():
            verdicts.append(chain.verify())

    assert together(write, check) == []
    assert verdicts
    assert all(verdict.is_sound for verdict in verdicts)


def test_the_database_and_python_agree_on_what_is_hashed(transactional_db, as_superuser):
    for why in ("", "é😀 – ‘x’", "0", "\\x00"):
        trail.note(by=None, act="read", why=why)
    rows = as_superuser.execute(
        "SELECT link.position, link.linked_at, link.previous_hash, entry.id, entry.at, entry.person_id, entry.act,"
        " entry.record_type, entry.record_id, entry.reference, entry.child_file_id, entry.service_id, entry.why,"
        " entry.request_id, audit_trail_hash(link.previous_hash, link.position, link.linked_at, entry)"
        " FROM audit_trail_traillink AS link JOIN audit_trail_trailentry AS entry ON entry.id = link.entry_id"
    ).fetchall()
    assert len(rows) == 4
    for position, linked_at, previous, *entry, hashed in rows:
        assert chain.entry_hash(bytes(previous), position, linked_at, tuple(entry)) == bytes(hashed)
