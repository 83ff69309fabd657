"""Kills the real daemon under load, again and again, and judges what a subscriber saw.

usage: kill_rounds.py --nuncio PATH --farm PATH --rounds N --seed N [--feeds N] [--work DIR]
       (scripts/kill_rounds_test.py holds the judge itself to account)

It is told nothing by nuncio's code: it knows what the farm served (its record), what the daemon
logged, and what a subscriber of the merged feed saw, who asks all the time, with conditional
requests, through every kill. The words:

acknowledged  a poll whose line stands in the log, whole. The line is written after the commit is
              durable. The k-th line of a feed in one life of the daemon belongs to the k-th
              request of that feed in that life; lives are told apart by their User-Agent.
lost          an entry that matches, stood in a body of an acknowledged poll, and does not stand
              in the merged feed's last document, whose window then holds everything; one that was
              shown and is missing from a later document that reaches as far back; an outlet that
              carried a story, was acknowledged, and is not named with it; or a feed that is
              asked after a start with the tag of an older version than the one acknowledged last.
doubled       one story twice in a document, or under two ids, or an id whose `updated` moved. The
              farm edits nothing.
half batch    (a) a document after which the subscriber has seen some, not all, of the matching
              entries that one body brought; (b) after a start, while the farm holds every answer
              back: the daemon asks with the tag of version V of a feed, and what was shown of
              that feed is not exactly what its bodies up to V brought, as it must have been
              committed together.

Only entries that no other feed carries count for (a) and (b); all of them for the rest. At the
end the last Atom document is compared with RSS, JSON Feed and the feed of all regions as well.

in flight     a body with something new that the farm had answered and the log had not acknowledged
              when the kill came. The next life's tag tells whether it had been committed.

Exits 0 only where all three are none, where enough was tried (kills with news in flight, restarts
compared, stories carried by several), and where the merged feed was served again within
`--served-within` seconds of every start, counted from exec to the first 200 or 304.

SIGKILL leaves what the kernel holds; that commits are synced to the disk before they are
acknowledged is the store's tests' business.
"""

import argparse
import collections
import http.client
import itertools
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree as ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
MERGED = "/feeds/central-asia.atom"
POLLED = re.compile(r"\bpolled feed (\S+): .* outcome=(\S+) ")
DEADLINE_S = 30
# Stories always in the merged feed while it is killed; in the end its window holds all.
ENTRIES = 100
# Connections that ask for polls.
PRESSERS = 4


class Failed(Exception):
    """What must not happen has happened."""


def wait_until(what, is_so, deadline_s=DEADLINE_S):
    end = time.monotonic() + deadline_s
    while not is_so():
        if time.monotonic() > end:
            raise Failed(f"this never came true: {what}")
        time.sleep(0.002)


def story_of(link):
    """The farm's number of a story: the last part of its address."""
    return link.split("#")[0].split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def moment(stamp):
    """A stamp in UTC as text that sorts: fractions of a second stand there without trailing zeros."""
    whole, _, fraction = stamp.removesuffix("Z").partition(".")
    return f"{whole}.{fraction:0<9}"


class Lines:
    """Whole lines of a growing file, each given once."""

    def __init__(self, path):
        self.path, self.at = path, 0

    def new(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as file:
            file.seek(self.at)
            text = file.read()
        text = text[: text.rfind(b"\n") + 1]
        self.at += len(text)
        return text.decode("utf-8", "replace").splitlines()


class Record:
    """What the farm says it served, and to which life of the daemon."""

    def __init__(self, directory):
        self.entry_lines = Lines(f"{directory}/entries.jsonl")
        self.served_lines = Lines(f"{directory}/served.jsonl")
        self.entries = collections.defaultdict(list)  # feed: entries, oldest first
        self.carriers = collections.defaultdict(set)  # story: feeds
        self.first_asked = {}  # (feed, life): version of the tag sent first, None for no tag
        self.answers = collections.defaultdict(list)  # (feed, life): (version asked with, version)
        self.open = {}  # (feed, life): version of the tag of the request that waits
        self.n_asked = 0
        self.n_news = 0  # answers that brought something new
        self.in_flight = {}  # feed: version whose fate the next life tells
        self.n_committed, self.n_uncommitted = 0, 0
        self.pending = []  # [feed, life, version, stories]: bodies not yet shown whole
        self.lock = threading.RLock()

    def read(self):
        """Reads on. An entry is written down before it can be served."""
        with self.lock:
            served = self.served_lines.new()
            for line in self.entry_lines.new():
                entry = json.loads(line)
                self.entries[entry["feed"]].append(entry)
                self.carriers[entry["story"]].add(entry["feed"])
            for line in served:
                self.take(json.loads(line))

    def take(self, line):
        key = (line["feed"], line["agent"])
        if line["status"] is None:
            tag = line["if_none_match"]
            with_version = int(tag.strip('"').split("-")[0].split(".")[1]) if tag else None
            self.n_asked += 1
            self.open[key] = with_version
            if key not in self.first_asked:
                self.first_asked[key] = with_version
                self.tell_fate(line["feed"], with_version)
                self.drop_uncommitted(line["feed"], with_version)
            return
        had = self.open.pop(key)
        self.answers[key].append((had, line["version"]))
        if line["status"] == 200:
            self.n_news += 1
            brought = [
                entry["story"]
                for entry in self.body(line["feed"], line["version"])
                if entry["matches"]
                and (had is None or entry["version"] > had)
            ]
            self.pending.append([line["feed"], line["agent"], line["version"], brought])

    def fly(self, life, polled):
        """Notes what was answered to a life and not acknowledged; how many such bodies."""
        n = 0
        for (feed, of), answers in self.answers.items():
            news = [version for had, version in answers[polled.get(feed, 0):] if version != had]
            if of == life and news:
                self.in_flight[feed] = max(news)
                n += 1
        return n

    def tell_fate(self, feed, began_with):
        version = self.in_flight.pop(feed, None)
        if version is None:
            return
        if began_with is not None and began_with >= version:
            self.n_committed += 1
        else:
            self.n_uncommitted += 1

    def drop_uncommitted(self, feed, version):
        """A life asks with the tag that was committed: what was served beyond was not."""
        reached = -1 if version is None else version
        self.pending = [it for it in self.pending if it[0] != feed or it[2] <= reached]

    def body(self, feed, version):
        """The entries of the body `version`: as many as of the first, the newest."""
        entries = self.entries[feed]
        first = [entry for entry in entries if entry["version"] == 0]
        later = [entry for entry in entries if 0 < entry["version"] <= version]
        return (first[::-1] + later)[-len(first) :]

    def acknowledged(self, life, polled):
        """Stories that must be shown after the lines `polled` of one life, each with the addresses
        it was given, and the last version of each feed."""
        stories, versions = collections.defaultdict(set), {}
        for feed, n_lines in polled.items():
            answers = self.answers[(feed, life)]
            if n_lines > len(answers):
                raise Failed(f"{feed} in {life}: {n_lines} polls logged, {len(answers)} answered")
            versions[feed] = max(version for _, version in answers[:n_lines])
            for version in {version for _, version in answers[:n_lines]}:
                for entry in self.body(feed, version):
                    if entry["matches"]:
                        stories[entry["story"]].add(entry["link"])
        return stories, versions


class Subscriber(threading.Thread):
    """Asks for the merged feed all the time, and keeps what it saw."""

    def __init__(self, port, record):
        super().__init__(daemon=True)
        self.port, self.record = port, record
        self.ids = collections.defaultdict(set)  # story: ids
        self.stamps = collections.defaultdict(set)  # id: `updated`
        self.last = {}  # story: addresses, of the last document
        self.etag, self.connection = None, None
        self.n_documents, self.n_answers = 0, 0
        self.answered_at = None  # first 200 or 304 since it was last cleared
        self.trouble, self.stopping = [], False

    def run(self):
        while not self.stopping:
            try:
                self.ask()
                time.sleep(0.003)
            except (OSError, http.client.HTTPException):
                self.connection = None
                time.sleep(0.001)
            except Exception as error:  # the judge must not die silently
                self.trouble.append(f"the subscriber failed: {error!r}")
                return

    def ask(self):
        self.connection = self.connection or http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=10
        )
        headers = {"If-None-Match": self.etag} if self.etag else {}
        self.connection.request("GET", MERGED, headers=headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status in (200, 304):
            self.n_answers += 1
            self.answered_at = self.answered_at or time.monotonic()
        if answer.status == 200:
            self.etag = answer.headers["ETag"]
            self.take(body)

    def take(self, body):
        stood, updated_of = {}, {}  # of this document
        for entry in ElementTree.fromstring(body).iter(f"{ATOM}entry"):
            id, updated = entry.findtext(f"{ATOM}id"), entry.findtext(f"{ATOM}updated")
            links = {rel: [] for rel in ("alternate", "related")}
            for link in entry.findall(f"{ATOM}link"):
                links.setdefault(link.get("rel", "alternate"), []).append(link.get("href"))
            story = story_of(links["alternate"][0])
            if story in stood or id in updated_of:
                self.trouble.append(f"doubled: {id}, story {story}, stands twice in one document")
            stood[story] = set(links["alternate"] + links["related"])
            updated_of[id] = moment(updated)
            self.ids[story].add(id)
            self.stamps[id].add(updated)
            if len(self.ids[story]) > 1:
                self.trouble.append(f"doubled: story {story} under {sorted(self.ids[story])}")
            if len(self.stamps[id]) > 1:
                self.trouble.append(f"doubled: {id} of {story} moved: {sorted(self.stamps[id])}")
        self.check_still_there(updated_of)
        self.last = stood
        self.n_documents += 1
        self.check_batches()

    def check_still_there(self, updated_of):
        """A document goes back to its oldest entry: of what was shown and is newer, nothing may be
        missing. One that is not full goes back to the beginning."""
        reaches = min(updated_of.values()) if len(updated_of) >= ENTRIES else ""
        gone = [
            id for id, stamps in self.stamps.items()
            if id not in updated_of and moment(min(stamps)) > reaches
        ]
        if gone:
            self.trouble.append(
                f"lost: {len(gone)} entries were shown and are missing from a later document: {gone[:5]}"
            )

    def check_batches(self):
        self.record.read()
        with self.record.lock:
            still = []
            for pending in self.record.pending:
                feed, life, version, stories = pending
                # Another feed may have come to carry one since.
                stories = [it for it in stories if len(self.record.carriers[it]) == 1]
                shown = [story for story in stories if story in self.ids]
                if shown and len(shown) < len(stories):
                    self.trouble.append(
                        f"half batch: {feed} version {version} in {life}: "
                        f"{len(shown)} of {len(stories)} shown"
                    )
                elif not shown and stories:
                    still.append(pending)
            self.record.pending = still


class Daemon:
    """One life of the daemon."""

    def __init__(self, scene, number, window):
        self.life = f"life-{number}"
        self.log = f"{scene.dir}/log/{number}"
        with open(f"{scene.dir}/farm/feeds.toml") as file:
            toml = file.read().replace("LIFE", self.life).replace("WINDOW", window)
        with open(f"{scene.dir}/feeds.toml", "w") as file:
            file.write(toml)
        env = {
            "PATH": "/usr/bin:/bin",
            "STATE_DIRECTORY": f"{scene.dir}/state",
            "CACHE_DIRECTORY": f"{scene.dir}/cache",
            "RUNTIME_DIRECTORY": f"{scene.dir}/run",
        }
        command = [scene.nuncio, "run", "--config", f"{scene.dir}/feeds.toml"]
        with open(self.log, "w") as log:
            scene.subscriber.answered_at = None
            self.began = time.monotonic()
            self.process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
        self.lines = Lines(self.log)
        self.polled = collections.Counter()
        self.said = []

    def read(self):
        for line in self.lines.new():
            self.said.append(line)
            match = POLLED.search(line)
            # Of a poll that failed nothing was taken; here none may fail.
            if match and match[2] in ("ok", "not-modified"):
                self.polled[match[1]] += 1
            elif match:
                raise Failed(f"a poll failed: {line}")
        return self

    def n_polled(self):
        return self.read().polled.total()

    def has_said(self, words):
        return any(words in line for line in self.read().said)

    def check_alive(self):
        if self.process.poll() is not None:
            raise Failed(f"it ended by itself with {self.process.returncode}; see {self.log}")

    def kill(self):
        self.process.kill()
        self.process.wait()

    def verdict(self):
        """Nothing it says of its store may be worse than that it was killed."""
        self.read()
        for line in self.said:
            if re.search(r"\bERROR\b|was damaged|panicked|put back|quarantine", line):
                raise Failed(f"{self.life} said: {line}")


class Presser(threading.Thread):
    """Asks the daemon by its control socket to poll feed after feed: after a start it would spread
    them over minutes, as it should, and few of its commits would meet a kill."""

    def __init__(self, path, feeds, daemon):
        super().__init__(daemon=True)
        self.path, self.feeds, self.process = path, feeds, daemon.process
        self.start()

    def run(self):
        while self.process.poll() is None:
            try:
                with socket.socket(socket.AF_UNIX) as connection:
                    connection.settimeout(5)
                    connection.connect(self.path)
                    with connection.makefile("rwb") as lines:
                        while True:
                            poll = {"nuncio": 1, "body": {"poll": {"feed": next(self.feeds)}}}
                            lines.write(json.dumps(poll).encode() + b"\n")
                            lines.flush()
                            if not lines.readline():
                                break
            except OSError:
                time.sleep(0.002)


class Scene:
    """Farm, subscriber, one daemon after another."""

    def __init__(self, arguments):
        self.nuncio = os.path.abspath(arguments.nuncio)
        self.rng = random.Random(arguments.seed)
        self.n_feeds = arguments.feeds
        self.dir = arguments.work or tempfile.mkdtemp(prefix="nuncio-kill-")
        for name in ("state", "cache", "run", "log", "farm"):
            os.makedirs(f"{self.dir}/{name}", exist_ok=True)
        self.farm_port, self.port = free_port(), free_port()
        head = (
            f'[daemon]\nlisten = "127.0.0.1:{self.port}"\nuser-agent = "LIFE"\n'
            f'[store]\ncheckpoint = "1s"\n[publish]\nentries = {ENTRIES}\nwindow = "WINDOW"\n'
        )
        self.farm = subprocess.Popen(
            [arguments.farm, "--feeds", str(self.n_feeds), "--seed", str(arguments.seed), "--size", "small",
             "--matching", "500", "--new-max", "6", "--record", "--interval", "1s",
             "--port", str(self.farm_port), "--out", f"{self.dir}/farm", "--head", head],
            stdout=subprocess.DEVNULL,
        )
        wait_until("the farm serves", lambda: self.control("GET", "counters"))
        self.record = Record(f"{self.dir}/farm")
        self.subscriber = Subscriber(self.port, self.record)
        self.subscriber.start()
        self.served_within_s = arguments.served_within
        self.must_show = collections.defaultdict(set)  # story: addresses it was given
        self.served_again = []
        self.acked = {}  # feed: last version acknowledged
        self.n_lives, self.n_killed = 0, collections.Counter()
        self.daemon = None
        self.n_checked_feeds, self.n_restarts_checked = 0, 0
        self.n_kills_in_flight, self.n_merged = 0, 0
        self.growing = threading.Event()
        threading.Thread(target=self.grow, daemon=True).start()

    def control(self, method, path):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", self.farm_port, timeout=30)
            connection.request(method, f"/control/{path}")
            answer = connection.getresponse()
            answer.read()
            return answer.status == 200
        except OSError:
            return False

    def grow(self):
        """While it may, the farm changes all the time."""
        while True:
            self.growing.wait()
            self.control("POST", "advance/30")
            time.sleep(0.1)

    def start(self, window="30s"):
        self.n_lives += 1
        self.daemon = Daemon(self, self.n_lives, window)
        return self.daemon

    def bury(self, daemon, how):
        """Kills it and takes down what it had acknowledged."""
        daemon.kill()
        self.n_killed[how] += 1
        daemon.verdict()
        self.record.read()
        with self.record.lock:
            self.n_kills_in_flight += self.record.fly(daemon.life, daemon.polled) > 0
        self.take_down(daemon)
        self.check_trouble()

    def take_down(self, daemon):
        """What it had acknowledged; before that, whether it began with what was before it."""
        for (feed, life), version in self.record.first_asked.items():
            began, before = -1 if version is None else version, self.acked.get(feed, -1)
            if life == daemon.life and began < before:
                raise Failed(
                    f"lost: version {before} of {feed} was acknowledged, {life} began with {began}"
                )
        stories, versions = self.record.acknowledged(daemon.life, daemon.polled)
        for story, links in stories.items():
            self.must_show[story] |= links
        self.acked.update(versions)

    def check_trouble(self):
        if self.subscriber.trouble:
            raise Failed("; ".join(self.subscriber.trouble[:5]))

    def served_within(self, daemon):
        def is_served():
            daemon.check_alive()
            return self.subscriber.answered_at

        wait_until("the merged feed is served", is_served)
        took = self.subscriber.answered_at - daemon.began
        if took > self.served_within_s:
            raise Failed(f"the merged feed was served again only after {took:.1f} s; see {daemon.log}")
        return took

    # --- one round ------------------------------------------------------------------------------

    def round(self):
        how = self.rng.choice(
            ["start", "open", "line", "line", "answer", "answer", "answer", "publish", "publish",
             "checkpoint", "stop"]
        )
        is_held = self.rng.random() < 0.5 and how != "start"
        if is_held:
            self.growing.clear()
            self.control("POST", "hold")
        else:
            self.control("POST", "advance/500")
        daemon = self.start()
        if how == "start":
            time.sleep(self.rng.uniform(0, 0.08))
            return self.bury(daemon, how)
        took = self.served_within(daemon)
        if self.n_lives > 1:
            self.served_again.append(took)
        if how == "open":
            # Between the address, which is bound first, and the first polls lies the store.
            time.sleep(self.rng.uniform(0, 0.05))
        else:
            if is_held:
                self.check_committed(daemon)
                # What waits for an answer is answered with something new.
                self.control("POST", "advance/500")
            self.control("POST", "release")
            self.growing.set()
            self.live(daemon, how)
        self.bury(daemon, how)
        self.control("POST", "release")
        self.growing.set()

    def shares(self):
        """All feeds again and again, in an order of their own, shared out."""
        feeds = [f"farm-{n:06}" for n in range(self.n_feeds)]
        self.rng.shuffle(feeds)
        return [itertools.cycle(feeds[n::PRESSERS]) for n in range(PRESSERS)]

    def live(self, daemon, how):
        def wait(what, is_so):
            def and_alive():
                daemon.check_alive()
                return is_so()

            wait_until(what, and_alive)

        for feeds in self.shares():
            Presser(f"{self.dir}/run/control.sock", feeds, daemon)

        def news():
            self.record.read()
            return self.record.n_news

        if how == "line":
            n = daemon.n_polled() + self.rng.randint(1, self.n_feeds)
            wait("polls are logged", lambda: daemon.n_polled() >= n)
        elif how == "answer":
            # From an answer with something new to its commit it takes one to some milliseconds.
            n = news() + self.rng.randint(1, self.n_feeds)
            wait("feeds are answered", lambda: news() >= n)
            time.sleep(self.rng.uniform(0, 0.01))
        elif how == "publish":
            # A publish follows a burst of commits by 0.3 to 2 s; its line comes at its end.
            said = len(daemon.read().said)
            wait("polls are logged", lambda: daemon.n_polled() >= 1)
            if self.rng.random() < 0.5:
                time.sleep(self.rng.uniform(0.25, 0.5))
            else:
                wait("it publishes", lambda: any(
                    "published central-asia" in line for line in daemon.read().said[said:]))
                time.sleep(self.rng.uniform(0, 0.02))
        elif how == "checkpoint":
            wait("it is ready", lambda: daemon.has_said("ready: "))
            if self.rng.random() < 0.7:
                time.sleep(self.rng.uniform(0.98, 1.06))
            else:
                wait("a checkpoint is written", lambda: daemon.has_said("wrote a checkpoint"))
        elif how == "stop":
            wait("polls are logged", lambda: daemon.n_polled() >= 1)
            daemon.process.send_signal(signal.SIGTERM)
            time.sleep(self.rng.uniform(0, 0.12))

    # --- what is judged -------------------------------------------------------------------------

    def check_committed(self, daemon):
        """Nothing can be polled now: what is known of a feed and what is shown of it agree."""
        n = self.rng.randint(1, self.n_feeds * 2 // 3)
        life = daemon.life

        def first_asked():
            self.record.read()
            with self.record.lock:
                return {f: v for (f, of), v in self.record.first_asked.items() if of == life}

        def enough_asked():
            daemon.check_alive()
            return len(first_asked()) >= n or daemon.has_said("ready: ") and waited()

        began = time.monotonic()
        waited = lambda: time.monotonic() - began > 1.5
        wait_until("feeds are asked", enough_asked)
        for feed, version in first_asked().items():
            known = self.known(feed, version, life)
            is_shown = lambda: known <= self.subscriber.ids.keys()
            try:
                wait_until(f"what is known of {feed} is shown", is_shown, 10)
            except Failed:
                missing = known - self.subscriber.ids.keys()
                raise Failed(
                    f"half batch: {life} asks for {feed} with the tag of version {version}, and "
                    f"{len(missing)} of {len(known)} of its entries are not shown: {missing}"
                ) from None
            beyond = {
                e["story"] for e in self.record.entries[feed]
                if e["version"] > (-1 if version is None else version)
                and len(self.record.carriers[e["story"]]) == 1
            } & self.subscriber.ids.keys()
            if beyond:
                raise Failed(
                    f"half batch: {life} asks for {feed} with the tag of version {version}, and "
                    f"later entries are shown: {beyond}"
                )
            self.n_checked_feeds += 1
        self.n_restarts_checked += 1

    def known(self, feed, version, life):
        """What the bodies that were committed before this life brought: those it was served, up
        to the version it asks with."""
        if version is None:
            return set()
        served = {
            v for (f, of), answers in self.record.answers.items() if f == feed and of != life
            for _, v in answers if v <= version
        }
        stories = {e["story"] for v in served for e in self.record.body(feed, v) if e["matches"]}
        # A body that was served and not committed may have lost entries before the next one.
        last = {e["story"] for e in self.record.body(feed, version) if e["matches"]}
        return last | (stories & self.must_show.keys())

    def settle(self):
        """The last life: everything that is still to come comes, then everything is counted."""
        self.growing.clear()
        self.control("POST", "release")
        daemon = self.start(window="90d")
        self.served_again.append(self.served_within(daemon))
        feeds = [f"farm-{n:06}" for n in range(self.n_feeds)]
        wait_until("every feed was polled", lambda: len(daemon.read().polled) == self.n_feeds, 60)
        n_at_least = {feed: n + 1 for feed, n in daemon.polled.items()}
        wait_until("every feed was polled again", lambda: all(
            daemon.read().polled[feed] >= n_at_least[feed] for feed in feeds), 60)
        self.record.read()
        self.take_down(daemon)
        try:
            # After a document of all stories the publisher rests four times as long as it took.
            wait_until("all is shown", lambda: not missing(self.must_show, self.subscriber.last), 300)
        except Failed:
            lost = missing(self.must_show, self.subscriber.last)
            raise Failed(f"lost: {len(lost)} acknowledged: {sorted(lost.items())[:10]}") from None
        self.check_trouble()
        self.check_siblings()
        self.n_merged = sum(len(links) > 1 for links in self.must_show.values())
        daemon.verdict()
        daemon.process.send_signal(signal.SIGTERM)
        if daemon.process.wait(30) != 0:
            raise Failed(f"it did not stop in order; see {daemon.log}")

    def check_siblings(self):
        """The other documents hold the same stories, each once."""
        def get(name):
            url = f"http://127.0.0.1:{self.port}/feeds/{name}"
            with urllib.request.urlopen(url, timeout=30) as answer:
                return answer.read()

        rss = [e.text for e in ElementTree.fromstring(get("central-asia.rss")).findall(".//item/link")]
        json_feed = [item["url"] for item in json.loads(get("central-asia.json"))["items"]]
        everything = [
            link.get("href")
            for entry in ElementTree.fromstring(get("all.atom")).iter(f"{ATOM}entry")
            for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"
        ]
        for name, links in (("RSS", rss), ("JSON Feed", json_feed), ("all regions", everything)):
            stories = collections.Counter(map(story_of, links))
            if set(stories) != set(self.subscriber.last):
                odd = set(stories) ^ set(self.subscriber.last)
                raise Failed(f"lost: {name} and Atom differ in {len(odd)} stories: {sorted(odd)[:5]}")
            if max(stories.values(), default=1) > 1:
                raise Failed(f"doubled: a story stands twice in {name}: {stories.most_common(3)}")

    def check_enough(self, rounds):
        """A run that hardly tried anything proves nothing."""
        floors = {
            "kills with news in flight": (self.n_kills_in_flight, rounds // 6),
            "restarts compared": (self.n_restarts_checked, rounds // 10),
            "stories carried by several": (self.n_merged, 1),
            "bodies in flight and committed": (self.record.n_committed, rounds // 50),
            "bodies in flight and not committed": (self.record.n_uncommitted, rounds // 50),
        }
        for what, (n, floor) in floors.items():
            if n < floor:
                raise Failed(f"too little was tried: {n} {what}, at least {floor} are wanted")

    def say(self, rounds):
        again = sorted(self.served_again)
        n_entries = sum(map(len, self.record.entries.values()))
        n_answers = sum(map(len, self.record.answers.values()))
        print(f"rounds: {rounds} ({', '.join(f'{n} {how}' for how, n in sorted(self.n_killed.items()))})")
        print(f"farm: {n_entries} entries of {self.n_feeds} feeds, {n_answers} requests answered")
        print(f"subscriber: {self.subscriber.n_answers} answers, {self.subscriber.n_documents} documents, {len(self.subscriber.ids)} stories")
        print(f"acknowledged: {len(self.must_show)} stories, {self.n_merged} of them of several feeds, all named")
        print(f"killed with news in flight: {self.n_kills_in_flight} times; of the bodies in flight {self.record.n_committed} were committed, {self.record.n_uncommitted} not")
        print(f"restarts with answers held back: {self.n_restarts_checked}, feeds compared: {self.n_checked_feeds}")
        print("lost: 0, doubled: 0, half batches: 0")
        print(f"served again after: median {statistics.median(again) * 1000:.0f} ms, 90 % {again[len(again) * 9 // 10] * 1000:.0f} ms, max {again[-1] * 1000:.0f} ms ({len(again)} starts)")


def missing(must_show, stood):
    """What must be shown and is not: stories, or addresses they were given, beside what is there."""
    return {
        story: sorted(links - stood.get(story, set()))
        for story, links in must_show.items() if not links <= stood.get(story, set())
    }


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--nuncio", required=True)
    parser.add_argument("--farm", required=True)
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--feeds", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--served-within", type=float, default=5.0, help="seconds, after any start")
    parser.add_argument("--work", help="where everything is kept; else a directory that goes when all is well")
    arguments = parser.parse_args()
    if arguments.rounds < 10 or arguments.feeds < 8:
        parser.error("fewer than 10 rounds or 8 feeds prove nothing")
    scene = Scene(arguments)
    began, number = time.monotonic(), 0
    try:
        for number in range(1, arguments.rounds + 1):
            scene.round()
            if number % 25 == 0:
                print(f"{number} rounds, {time.monotonic() - began:.0f} s", flush=True)
        scene.settle()
        scene.check_enough(arguments.rounds)
        scene.say(arguments.rounds)
    except Failed as failed:
        print(f"FAILED in round {number} (seed {arguments.seed}), kept in {scene.dir}: {failed}")
        return 1
    finally:
        if scene.daemon:
            scene.daemon.kill()
        scene.farm.kill()
        scene.subscriber.stopping = True
    if not arguments.work:
        shutil.rmtree(scene.dir)
    return 0


if __name__ == "__main__":
    sys.exit(main())
