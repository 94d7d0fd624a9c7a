"""The tables of the chain: posts and their fates, concerns, alerts, tasks, sources, outbox, corrections."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    and_,
    column,
    literal_column,
)

from huiying.register.schema.columns import Body, Moment, Words, metadata, running_number

known_posts = Table(
    "known_post",
    metadata,
    Column("id", Words, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("sha256", Words, nullable=False),
)
"""What intake has put on the bus, so that a text seen again is known."""

rejections = Table(
    "rejection",
    metadata,
    Column("id", running_number, primary_key=True, autoincrement=True),
    Column("source", Words, nullable=False),
    Column("where", Words, nullable=False, quote=True),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
)
"""What intake refused: where it stood (file and line, address) and why; never its words."""

fates = Table(
    "post_fate",
    metadata,
    Column("id", Words, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("fate", Words, nullable=False),
    Column("concern", Words),
    Column("source", Words, nullable=False),
    Column("source_kind", Words, nullable=False),
    Column("tone", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("collected_at", Moment, nullable=False),
    Index("post_fate_concern", "concern", "at"),
    Index("post_fate_collected", "collected_at"),
    Index("post_fate_fate", "fate", "collected_at"),
)
"""One row per post: its one fate."""

concerns = Table(
    "concern",
    metadata,
    Column("id", Words, primary_key=True),
    Column("number", Words, nullable=False, unique=True),
    Column("title", Words, nullable=False),
    Column("lead", Words),
    Column("last_post_at", Moment, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("merged_into", Words),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("concern_last_post", "last_post_at"),
    Index("concern_lead", "lead", "last_post_at"),
)

quarter_hours = Table(
    "concern_quarter_hour",
    metadata,
    Column("concern", Words, primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("negative", Integer, nullable=False),
    Column("neutral", Integer, nullable=False),
    Column("positive", Integer, nullable=False),
)

duty_hours = Table(
    "duty_hour",
    metadata,
    Column("starts_at", Moment, primary_key=True),
    Column("duty", Integer, primary_key=True, autoincrement=False),
    Column("posts", Integer, nullable=False),
)
"""Posts that touched a duty, by the hour in which they were said; a duty's own past."""

members = Table(
    "concern_member",
    metadata,
    Column("post", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("strand", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("fingerprint", BigInteger, nullable=False),
    Column("sketch", LargeBinary, nullable=False),
    Index("concern_member_concern", "concern"),
    Index("concern_member_at", "at"),
)
"""What the gatherer needs to recognise a concern again after a restart; bounded per concern and in age."""

counters = Table(
    "counter",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", running_number, nullable=False),
)

alerts = Table(
    "alert",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words),
    Column("source", Words),
    Column("level_rank", Integer, nullable=False),
    Column("state", Words, nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("silenced_until", Moment),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("alert_queue", "state", "level_rank", "raised_at"),
    Index("alert_concern", "concern"),
    Index("alert_raised", "raised_at"),
    CheckConstraint("(concern is null) <> (source is null)", name="alert_subject"),
)

_LEADS_OPENLY = and_(column("part") == literal_column("'lead'"), column("state") != literal_column("'closed'"))

tasks = Table(
    "task",
    metadata,
    Column("id", Words, primary_key=True),
    Column("concern", Words, nullable=False),
    Column("alert", Words, nullable=False),
    Column("bureau", Words, nullable=False),
    Column("part", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("due_at", Moment),
    Column("opened_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Column("body", Body, nullable=False),
    Index("task_bureau", "bureau", "state", "due_at"),
    Index("task_open", "state", "due_at"),
    Index("task_alert", "alert"),
    Index("task_concern", "concern"),
    # One lead: whoever opens a second one at the same moment is told to read again.
    Index(
        "task_one_lead",
        "alert",
        unique=True,
        postgresql_where=_LEADS_OPENLY,
        sqlite_where=_LEADS_OPENLY,
    ),
)

fired_timers = Table(
    "fired_timer",
    metadata,
    Column("kind", Words, primary_key=True),
    Column("subject", Words, primary_key=True),
    Column("due_at", Moment, primary_key=True),
    Column("fired_at", Moment, nullable=False),
)
"""What fell due and was dealt with, once: two leaders at once are harmless."""

source_health = Table(
    "source_health",
    metadata,
    Column("source", Words, primary_key=True),
    Column("body", Body, nullable=False),
)

crawl_memory = Table(
    "crawl_memory",
    metadata,
    Column("source", Words, primary_key=True),
    Column("address", Words, primary_key=True),
    Column("etag", Words),
    Column("last_modified", Words),
    Column("seen_at", Moment, nullable=False),
)
"""Addresses (SHA-256) a source gave before, with what a conditional GET needs."""

outbox = Table(
    "outbox",
    metadata,
    Column("id", running_number, primary_key=True, autoincrement=True),
    Column("change_number", BigInteger, unique=True),
    Column("topic", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("written_at", Moment, nullable=False),
    Column("sent", Boolean, nullable=False, default=False),
    Index("outbox_unsent", "sent", "id"),
)

dead_letters = Table(
    "dead_letter",
    metadata,
    Column("id", running_number, primary_key=True, autoincrement=True),
    Column("stage", Words, nullable=False),
    Column("topic", Words, nullable=False),
    Column("key", Words, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("reason", Words, nullable=False),
    Column("traceback", Words),
    Column("died_at", Moment, nullable=False),
    Column("retried_at", Moment),
    Column("dropped_by", Words),
    Column("dropped_because", Words),
    # SHA-256 of stage, topic, key and payload: the same message waits once, whoever puts it aside.
    Column("digest", Words, nullable=False),
    Index(
        "dead_letter_waiting",
        "digest",
        unique=True,
        postgresql_where=column("retried_at").is_(None),
        sqlite_where=column("retried_at").is_(None),
    ),
)

leases = Table(
    "lease",
    metadata,
    Column("name", Words, primary_key=True),
    Column("holder", Words, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

doings = Table(
    "doing",
    metadata,
    Column("id", running_number, primary_key=True, autoincrement=True),
    Column("concern", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("who", Words, nullable=False),
    Column("what", Words, nullable=False),
    Index("doing_concern", "concern", "id"),
)
"""The matter's own log (最近动态): who did what, in words for people."""

corrections = Table(
    "correction",
    metadata,
    Column("id", running_number, primary_key=True, autoincrement=True),
    Column("judgement", Words, nullable=False),
    Column("post", Words),
    Column("concern", Words),
    Column("judged", Body, nullable=False),
    Column("said", Body, nullable=False),
    Column("model", Words),
    Column("who", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Words, nullable=False),
    Index("correction_post", "post", "judgement", "id"),
    Index("correction_concern", "concern", "id"),
    CheckConstraint("(post is null) <> (concern is null)", name="correction_subject"),
)
"""What people of the office said in place of judgements; rows are added and never changed."""
