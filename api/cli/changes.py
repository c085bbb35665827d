"""`pagoda draft` on changes of a planner; heavy imports stand inside."""

import getpass
import sys
import threading
import webbrowser
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.cli.drafts import draft
from api.cli.options import (
    FILE,
    on_store,
    opened_store,
    settings_of_commands,
    with_key,
)
from api.cli.output import name_faulty_rows
from api.cli.progress import end, tell
from api.cli.speech import echo, say
from gis.counts import count_text
from gis.sentences import sentence

if TYPE_CHECKING:
    from gis.access import Caller
    from layers.stores import Store


@draft.command("edit")
@click.option(
    "--out", type=FILE, required=True, help="The change; one that is there goes on."
)
@click.option("--author", help="Whose edits they are; the user's name unless given.")
@click.option("--lines", type=FILE, help="Streets, canals and lanes to draw along.")
@click.option("--lines-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="Port on 127.0.0.1; one that is free unless given.",
)
@click.option(
    "--idle",
    "idle_min",
    type=click.IntRange(1, 1440),
    default=120,
    show_default=True,
    help="Minutes without a request after which it ends.",
)
@click.option("--no-browser", is_flag=True, help="Print the address, open nothing.")
@with_key
@on_store
def edit(
    url: str | None, port: int, idle_min: int, no_browser: bool, **options: Any
) -> None:
    """Change boundaries on a page of this machine; --out takes what is saved."""
    from api.editor_server import HOST, EditorServer, serve_editor  # noqa: PLC0415
    from api.server import listen  # noqa: PLC0415
    from api.service.stores.connection import terms_of  # noqa: PLC0415
    from api.service.versions import editor, ground_facts  # noqa: PLC0415

    settings = settings_of_commands()
    key, author = options.pop("key"), options.pop("author")
    with opened_store(url, settings) as store, name_faulty_rows():
        job = editor.EditorJob(
            author=getpass.getuser() if author is None else author,
            terms=ground_facts.ReviewTerms(settings.timezone, terms_of(settings)),
            caller=_caller(store, key),
            **options,
        )
        session, notices = editor.open_editor(store, job)
    say(notices)
    end()
    # Ctrl-C is a usual end of it
    with listen(HOST, port) as sock, suppress(KeyboardInterrupt):
        server = EditorServer(session, sock.getsockname()[1], 60.0 * idle_min)
        echo(
            sentence(
                "Open {url} in one browser; leaving the page or Ctrl-C ends it.",
                url=server.url,
            )
        )
        if not no_browser:
            threading.Thread(
                target=webbrowser.open, args=(server.url,), daemon=True
            ).start()
        serve_editor(server, sock)
    unsaved = editor.write_unsaved(session, job.out)
    if unsaved is not None:
        say(
            [
                sentence(
                    "Not all was saved; the draft as it was at the end is in "
                    "{unsaved}.",
                    unsaved=unsaved,
                )
            ]
        )


@draft.command("apply")
@click.argument("changes", type=FILE)
@click.option("--posts", type=FILE, help="Plan for posts: do, post_id, area_id, role.")
@click.option("--out", type=FILE, help="The change with this plan.")
@on_store
def apply_change(
    changes: Path, posts: Path | None, out: Path | None, url: str | None
) -> None:
    """Do CHANGES on the head and say what they come to; exit 1 where posts are open."""
    from api.cli.text.changes import trial_lines  # noqa: PLC0415
    from api.service.versions import change_file, gate  # noqa: PLC0415
    from api.service.versions.post_plans import read_plan  # noqa: PLC0415

    change = change_file.read_change(changes)
    with opened_store(url, settings_of_commands()) as store, name_faulty_rows():
        plan = None if posts is None else read_plan(posts)
        trial = gate.try_change(store, change, store.now(), plan)
    if out is not None:
        change = change_file.ChangeFile(change.changeset, trial.plan)
        change_file.write_json(out, change.to_dict())
    for line in trial_lines(trial):
        echo(line)
    sys.exit(0 if trial.succession.is_settled else 1)


@draft.command("diff")
@click.argument("changes", type=FILE)
@click.option(
    "--valid-from",
    help="True since this day or time; left to its publication unless given.",
)
@click.option("--out", type=FILE, required=True, help="The page, FILE.html.")
@click.option("--lists", type=FILE, help="Folder of hand-over lists, one a post.")
@on_store
def write_difference(
    changes: Path,
    valid_from: str | None,
    out: Path,
    lists: Path | None,
    url: str | None,
) -> None:
    """Write what CHANGES come to as a page for the second person.

    CHANGES carry the digest of that page from then on: without it there is no review.
    """
    from api.cli.text.changes import review_lines  # noqa: PLC0415
    from api.service.stores.connection import read_instant, terms_of  # noqa: PLC0415
    from api.service.versions import change_file, ground_facts, review  # noqa: PLC0415

    settings = settings_of_commands()
    change = change_file.read_change(changes)
    terms = ground_facts.ReviewTerms(settings.timezone, terms_of(settings))
    with opened_store(url, settings) as store, name_faulty_rows():
        since = (
            None
            if valid_from is None
            else read_instant(valid_from, "--valid-from", settings.timezone, store.now)
        )
        tell(sentence("gathering what changes hands"))
        gathered = review.gather_review(store, change, since, terms)
    tell(sentence("writing"))
    analysis, count = review.write_review(gathered, out, lists)
    change_file.write_json(changes, replace(change, analysis=analysis).to_dict())
    for line in review_lines(gathered):
        echo(line)
    lists_text = (
        ""
        if lists is None
        else sentence(" and {lists}", lists=count_text(count, "list"))
    )
    say([sentence("Wrote {out}{lists_text}.", out=out, lists_text=lists_text)])


@draft.command("review")
@click.argument("changes", type=FILE)
@click.option("--reviewer", required=True, help="Who approves it: no author of it.")
@click.option("--out", type=FILE, required=True, help="The approval.")
@with_key
@on_store
def review(
    changes: Path, reviewer: str, out: Path, key: Path | None, url: str | None
) -> None:
    """Approve CHANGES as they are; signed where PAGODA_AUDIT_KEY is set."""
    from api.service.versions import change_file, gate  # noqa: PLC0415

    settings = settings_of_commands()
    change = change_file.read_change(changes)
    with opened_store(url, settings) as store:
        caller = _caller(store, key)
        approval = gate.review_change(
            store, change, reviewer, _audit_key(settings), caller
        )
    change_file.write_json(out, change_file.approval_dict(approval))
    signed = (
        sentence("signed")
        if approval.signature
        else sentence("not signed, no PAGODA_AUDIT_KEY is set")
    )
    say(
        [
            sentence(
                "{reviewer} approved {changes} ({signed}). Wrote {out}.",
                reviewer=reviewer,
                changes=approval.changes[:12],
                signed=signed,
                out=out,
            )
        ]
    )


@draft.command("rebase")
@click.argument("changes", type=FILE)
@click.option("--out", type=FILE, required=True, help="The change on the head.")
@on_store
def rebase(changes: Path, out: Path, url: str | None) -> None:
    """Draw CHANGES anew on the head; exit 1 where an operation is refused there."""
    from api.service.versions import change_file, gate  # noqa: PLC0415

    change = change_file.read_change(changes)
    with opened_store(url, settings_of_commands()) as store:
        rebased, refusals = gate.rebase_change(store, change)
    change_file.write_json(out, rebased.to_dict())
    for error in refusals:
        echo(str(error))
    say(
        [
            sentence(
                "Left out {refusals}, kept {edits}. Wrote {out}.",
                refusals=len(refusals),
                edits=len(rebased.changeset.edits),
                out=out,
            )
        ]
    )
    sys.exit(1 if refusals else 0)


def publish_changes(options: dict[str, Any]) -> None:
    """Publish the approved changes that the options name and say what came of it."""
    from api.service.stores.connection import read_instant  # noqa: PLC0415
    from api.service.versions import change_file, gate  # noqa: PLC0415
    from gis.events import OpenEvents  # noqa: PLC0415

    settings = settings_of_commands()
    change = change_file.read_change(options["changes"])
    approval = change_file.read_approval(options["approval"])
    with opened_store(options["url"], settings) as store, name_faulty_rows():
        text = options["valid_from"]
        valid_from = (
            None
            if text is None
            else read_instant(text, "--valid-from", settings.timezone, store.now)
        )
        job = gate.GateJob(
            change,
            approval,
            valid_from,
            _audit_key(settings),
            options["note"],
            OpenEvents(options["open_events"] or OpenEvents.MOVE),
            _caller(store, options["key"]),
        )
        version = gate.publish_change(store, job)
        last = store.last_link()
    echo(
        sentence(
            "Published version {version} of grid system {system!r}, digest {digest}, "
            "link {sequence}.",
            version=version.version,
            system=version.system,
            digest=version.digest,
            sequence=last.sequence if last else 0,
        )
    )


def _caller(store: "Store", path: Path | None) -> "Caller":
    """Return who has the key of a file; without one whoever may open the store."""
    from api.service.access.audit import CONSOLE  # noqa: PLC0415
    from api.service.versions.key_areas import read_caller  # noqa: PLC0415

    return CONSOLE if path is None else read_caller(store, path)


def _audit_key(settings: Any) -> bytes | None:
    """Return the key of audits; None where there is none."""
    key = settings.audit_key
    return None if key is None else key.get_secret_value().encode()


__all__ = ["draft", "publish_changes"]
