"""The control tables, and the tables of a base: partitioned, one partition a base.

A base is one bulk load: letters embedded by one model. A generation is a state of a base: rows with since <= generation
< until. Partitions are made and dropped by the writer (`indexer.postgres.base`), which also builds the indexes that
are cheaper to build when the rows are in.
"""

from alembic import op

revision = "0001"
down_revision = None

# A row of a generation that has not ended.
ENDLESS = 2_147_483_647

_ROLES = """
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['imr_writer', 'imr_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
    END LOOP;
    IF NOT pg_has_role(current_user, 'imr_writer', 'MEMBER') THEN
        EXECUTE format('GRANT imr_writer TO %I', current_user);
    END IF;
END
$$
"""

# `made` is indexer.store.manifest.Made as JSON.
_CONTROL = (
    """
    CREATE TABLE imr.base (
        base integer PRIMARY KEY,
        dimension integer NOT NULL,
        begun timestamptz NOT NULL DEFAULT now()
    )
    """,
    """
    CREATE TABLE imr.generation (
        generation integer PRIMARY KEY,
        base integer NOT NULL REFERENCES imr.base,
        made text NOT NULL,
        letters integer NOT NULL,
        items integer NOT NULL,
        passages integer NOT NULL,
        rejected integer NOT NULL,
        dropped boolean NOT NULL DEFAULT false,
        published timestamptz NOT NULL DEFAULT clock_timestamp()
    )
    """,
    """
    CREATE TABLE imr.active (
        singular boolean PRIMARY KEY DEFAULT true CHECK (singular),
        generation integer NOT NULL REFERENCES imr.generation
    )
    """,
    # The next generation while a run makes it: its rows are those of its base since that generation.
    """
    CREATE TABLE imr.draft (
        singular boolean PRIMARY KEY DEFAULT true CHECK (singular),
        generation integer NOT NULL,
        base integer NOT NULL REFERENCES imr.base,
        made text NOT NULL
    )
    """,
)

_LIFE = f"since integer NOT NULL, until integer NOT NULL DEFAULT {ENDLESS}"
_TEXT = 'text COLLATE "C" NOT NULL'

# Every table of a base: its columns and its key, to which the base is added.
_TABLES = {
    "letter": f"""
        letter integer NOT NULL,
        id {_TEXT},
        id_folded {_TEXT},
        case_number text,
        case_folded text,
        record bytea NOT NULL,
        {_LIFE},
        PRIMARY KEY (letter, base)""",
    # `label` is the item that stood for its near-duplicates when this one came in; `facts` is indexer.facts.ItemFacts.
    "item": f"""
        item integer NOT NULL,
        letter integer NOT NULL,
        number integer NOT NULL,
        outcome text NOT NULL,
        decided date,
        dependent boolean NOT NULL,
        passages integer NOT NULL,
        facts bytea NOT NULL,
        label bigint NOT NULL,
        plain_length integer NOT NULL,
        stem_length integer NOT NULL,
        {_LIFE},
        PRIMARY KEY (item, base)""",
    # Title and rationale for phrases; `overlong` where a tsvector could not keep every place.
    "item_words": """
        item integer NOT NULL,
        words tsvector NOT NULL,
        overlong boolean NOT NULL,
        PRIMARY KEY (item, base)""",
    "saying": """
        label bigint NOT NULL,
        item integer NOT NULL,
        regions text[] NOT NULL,
        signature bytea NOT NULL,
        bands bigint[] NOT NULL,
        PRIMARY KEY (label, base)""",
    "item_value": f"""
        field {_TEXT},
        value {_TEXT},
        item integer NOT NULL,
        PRIMARY KEY (field, value, item, base)""",
    "item_reason": """
        item integer NOT NULL,
        place integer NOT NULL,
        code text NOT NULL,
        starts integer NOT NULL,
        ends integer NOT NULL,
        found_by text NOT NULL,
        score double precision NOT NULL,
        PRIMARY KEY (item, place, base)""",
    "passage": f"""
        passage integer NOT NULL,
        item integer NOT NULL,
        starts integer NOT NULL,
        ends integer NOT NULL,
        digest bytea NOT NULL,
        embedding halfvec NOT NULL,
        {_LIFE},
        PRIMARY KEY (passage, base)""",
    # Items that came in together and hold a term, `first` the lowest of them: indexer.postgres.postings.
    "posting": f"""
        stemmed boolean NOT NULL,
        term {_TEXT},
        first integer NOT NULL,
        items bytea NOT NULL,
        counts bytea NOT NULL,
        since integer NOT NULL,
        PRIMARY KEY (stemmed, term, first, base)""",
    "file": f"""
        path {_TEXT},
        sha256 text NOT NULL,
        determination_id {_TEXT},
        {_LIFE},
        PRIMARY KEY (path, since, base)""",
    "rejected": f"""
        path {_TEXT},
        sha256 text NOT NULL,
        reason text NOT NULL,
        {_LIFE},
        PRIMARY KEY (path, since, base)""",
}
_INDEXES = {
    "letter": ("id", "id_folded", "case_folded"),
    "item": ("letter", "label"),
    "saying": ("item",),
    "item_value": ("item",),
    "passage": ("item",),
    "file": ("determination_id",),
}


def upgrade() -> None:
    """Make the schema `imr`, the roles and every table."""
    op.execute(_ROLES)
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute("ALTER SCHEMA imr OWNER TO imr_writer")
    op.execute("GRANT USAGE ON SCHEMA imr TO imr_reader")
    for table in _CONTROL:
        op.execute(table)
    for name, columns in _TABLES.items():
        op.execute(f"CREATE TABLE imr.{name} (base integer NOT NULL, {columns}) PARTITION BY LIST (base)")
        for column in _INDEXES.get(name, ()):
            op.execute(f"CREATE INDEX ON imr.{name} ({column})")
    # Packed arrays compress badly, and are read whole.
    op.execute("ALTER TABLE imr.posting ALTER items SET STORAGE EXTERNAL, ALTER counts SET STORAGE EXTERNAL")
    # By digest a run finds the vector of a text that was embedded before.
    op.execute("CREATE INDEX ON imr.passage USING hash (digest)")
    # Not gathered in a list first, which each look-up would read.
    op.execute("CREATE INDEX ON imr.saying USING gin (bands) WITH (fastupdate = off)")
    for name in ("base", "generation", "active", "draft", *_TABLES):
        op.execute(f"ALTER TABLE imr.{name} OWNER TO imr_writer")
        op.execute(f"GRANT SELECT ON imr.{name} TO imr_reader")


def downgrade() -> None:
    """Remove everything but the roles, which other databases of the server may use."""
    for name in (*_TABLES, "draft", "active", "generation", "base"):
        op.execute(f"DROP TABLE imr.{name} CASCADE")
