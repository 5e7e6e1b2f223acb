"""Children are found by any part or near-spelling of a name: two columns that the database keeps, and a function.

`sought_names` holds the names in plain letters, `sought_sounds` how each of them roughly sounds; both are made by the
database from the names, so that whatever writes a child keeps them right. Django does not know them (people/names.py
asks the function), so that they are in no version and no form. The tables of people hold no case content and have no
row-level security: the trigram index is used, and tells nothing of who has a file.

`pg_trgm` is a trusted extension of PostgreSQL's own contrib: the owner of the database may create it.
"""

from django.db import migrations

FUNCTIONS = r"""
CREATE FUNCTION people_plain(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog AS $body$
    SELECT btrim(regexp_replace(regexp_replace(translate(
        lower(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]', '', 'g')),
        'łŁøØđĐðÐþÞßẞæÆœŒı', 'llooddddttssaaooi'),
        '[''’‘ʼ`´]', '', 'g'),
        '[\s!-/:-@\[-`{-~\u00a0-\u00bf\u2000-\u206f]+', ' ', 'g'))
$body$;

-- Letters that sound alike become one, a mute h goes, then vowels within the word, then doubled letters:
-- Mohamed and Muhammad: mhmd. Catherine and Kathryn: ktrn. Stephen and Steven: stfn.
CREATE FUNCTION people_sound(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
SET search_path = pg_catalog AS $body$
    SELECT regexp_replace(
        regexp_replace(left(s, 1), '[eiou]', 'a') || regexp_replace(substr(s, 2), '[aeiouyw]', '', 'g'),
        '(.)\1+', '\1', 'g')
    FROM (SELECT regexp_replace(
        translate(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(word,
                'ph', 'f', 'g'), '^kn', 'n'), '^wr', 'r'),
                'g([eiy])', 'j\1', 'g'), 'c([eiy])', 's\1', 'g'),
                '(ck|qu)', 'k', 'g'),
            'cqzvx', 'kksfs'),
        '([^aeiouy])h|h$|h(?=[^aeiouy])', '\1', 'g') AS s) plain
$body$;

CREATE FUNCTION people_names(first_name text, last_name text, known_as text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $body$
    SELECT ' ' || people_plain(first_name || ' ' || last_name || ' ' || known_as) || ' '
$body$;

CREATE FUNCTION people_sounds(first_name text, last_name text, known_as text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, public AS $body$
    SELECT ' ' || coalesce(string_agg(people_sound(word), ' '), '') || ' '
    FROM regexp_split_to_table(btrim(people_names(first_name, last_name, known_as)), ' ') AS word
$body$;
"""

COLUMNS = """
ALTER TABLE people_child
    ADD COLUMN sought_names text GENERATED ALWAYS AS (people_names(first_name, last_name, known_as)) STORED,
    ADD COLUMN sought_sounds text GENERATED ALWAYS AS (people_sounds(first_name, last_name, known_as)) STORED;
CREATE INDEX child_sought ON people_child USING gin (sought_names gin_trgm_ops, sought_sounds gin_trgm_ops);
"""

# Each word typed must fit one of the child's names: as it is, as its beginning, within it, by its sound or, when
# `loosely`, by most of its letters in their order. Words hold no punctuation (people_plain), so none of LIKE's either.
NAMED = """
CREATE FUNCTION people_children_named(typed text, loosely boolean, most integer)
RETURNS TABLE (id uuid, nearness real) LANGUAGE plpgsql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, public SET pg_trgm.word_similarity_threshold = 0.45 AS $body$
DECLARE
    word text;
    sound text;
    fits text;
    near text;
    conditions text[] := '{}';
    scores text[] := '{}';
BEGIN
    FOREACH word IN ARRAY (SELECT coalesce(array_agg(w), '{}') FROM (
        SELECT w FROM unnest(string_to_array(people_plain(typed), ' ')) AS w WHERE w <> '' LIMIT 6) words)
    LOOP
        sound := people_sound(word);
        fits := format('c.sought_names LIKE %L', '% ' || word || '%');
        near := format('CASE WHEN c.sought_names LIKE %L THEN 4.0 WHEN c.sought_names LIKE %L THEN 3.0',
                       '% ' || word || ' %', '% ' || word || '%');
        IF length(word) >= 3 THEN
            fits := fits || format(' OR c.sought_names LIKE %L', '%' || word || '%');
            near := near || format(' WHEN c.sought_names LIKE %L THEN 2.0', '%' || word || '%');
        END IF;
        IF length(sound) >= 2 THEN
            fits := fits || format(' OR c.sought_sounds LIKE %L', '% ' || sound || ' %');
            near := near || format(' WHEN c.sought_sounds LIKE %L THEN 1.5', '% ' || sound || ' %');
        END IF;
        near := near || ' ELSE 0 END';
        IF loosely AND length(word) >= 4 THEN
            fits := fits || format(' OR %L <%% c.sought_names', word);
            near := near || format(' + word_similarity(%L, c.sought_names)', word);
        END IF;
        conditions := conditions || ('(' || fits || ')');
        scores := scores || ('(' || near || ')');
    END LOOP;
    IF cardinality(conditions) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE
        'SELECT c.id, (' || array_to_string(scores, ' + ') || ')::real AS nearness FROM people_child c WHERE '
        || array_to_string(conditions, ' AND ') || ' ORDER BY nearness DESC, lower(c.last_name), lower(c.first_name), c.id'
        || ' LIMIT ' || most;
END $body$;
"""

BACK = """
DROP FUNCTION people_children_named(text, boolean, integer);
DROP INDEX child_sought;
ALTER TABLE people_child DROP COLUMN sought_names, DROP COLUMN sought_sounds;
DROP FUNCTION people_sounds(text, text, text);
DROP FUNCTION people_names(text, text, text);
DROP FUNCTION people_sound(text);
DROP FUNCTION people_plain(text);
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0002_encompass_key_adult")]

    operations = [
        # Going back leaves it: others may use it.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public", migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTIONS + COLUMNS + NAMED, BACK),
    ]
