"""Whether the judge of kill_rounds.py sees what it is there to see: each defect is planted once.

    python3 scripts/kill_rounds_test.py
"""

import collections
import json
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import kill_rounds  # noqa: E402
from kill_rounds import Failed, Record, Scene, Subscriber, missing  # noqa: E402


def entry(n, id=None, updated=None, related=()):
    links = "".join(f'<link rel="related" href="{href}"/>' for href in related)
    return (
        f"<entry><id>{id or f'urn:{n}'}</id><updated>{updated or f'2026-01-01T00:00:{n:02}Z'}</updated>"
        f'<link rel="alternate" href="https://a.example/{n}"/>{links}</entry>'
    )


def document(*entries):
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{"".join(entries)}</feed>'.encode()


class Documents(unittest.TestCase):
    """What a subscriber sees."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.record = Record(self.directory.name)
        self.subscriber = Subscriber(0, self.record)

    def see(self, *documents):
        for it in documents:
            self.subscriber.take(it)
        return " / ".join(self.subscriber.trouble)

    def farm_says(self, file, *lines):
        with open(pathlib.Path(self.directory.name) / file, "a") as out:
            out.writelines(json.dumps(line) + "\n" for line in lines)

    def test_all_is_well(self):
        self.assertEqual(self.see(document(entry(1)), document(entry(2), entry(1))), "")

    def test_an_entry_twice_in_a_document(self):
        self.assertIn("stands twice", self.see(document(entry(1), entry(1))))

    def test_a_story_twice_in_a_document_under_two_ids(self):
        self.assertIn("stands twice", self.see(document(entry(1), entry(1, id="urn:x"))))

    def test_a_story_under_another_id_later(self):
        self.assertIn("under", self.see(document(entry(1)), document(entry(1, id="urn:x"))))

    def test_a_stamp_that_moves(self):
        moved = document(entry(1, updated="2026-01-01T00:00:09Z"))
        self.assertIn("moved", self.see(document(entry(1)), moved))

    def test_an_entry_that_goes_while_there_is_room(self):
        self.assertIn("missing from a later", self.see(document(entry(2), entry(1)), document(entry(2))))

    def test_an_older_document_that_comes_back(self):
        self.assertIn("missing from a later", self.see(document(entry(2), entry(1)), document(entry(1))))

    def test_what_is_older_than_a_full_document_may_go(self):
        ENTRIES, kill_rounds.ENTRIES = kill_rounds.ENTRIES, 2
        try:
            self.assertEqual(
                self.see(document(entry(2), entry(1)), document(entry(3), entry(2))), ""
            )
            self.assertIn("missing", self.see(document(entry(4), entry(2))))
        finally:
            kill_rounds.ENTRIES = ENTRIES

    def test_stamps_are_compared_as_moments(self):
        self.assertLess(kill_rounds.moment("2026-01-01T00:00:05Z"), kill_rounds.moment("2026-01-01T00:00:05.529Z"))
        self.assertLess(kill_rounds.moment("2026-01-01T00:00:05.529Z"), kill_rounds.moment("2026-01-01T00:00:05.53Z"))

    def carried(self, feed, story, version):
        return {"feed": feed, "story": story, "version": version, "matches": True,
                "link": f"https://a.example/{story}"}

    def served(self, status, version, tag, agent="life-1"):
        return {"feed": "f", "status": status, "version": version, "agent": agent,
                "if_none_match": tag and f'"0.{tag}-x"'}

    def test_half_a_batch(self):
        self.farm_says("entries.jsonl", *(self.carried("f", str(n), 0) for n in (1, 2)))
        self.farm_says("served.jsonl", self.served(None, 0, None), self.served(200, 0, None))
        self.assertIn("half batch: f version 0", self.see(document(entry(1))))

    def test_half_a_batch_is_none_where_the_other_half_is_another_feeds_too(self):
        self.farm_says("entries.jsonl", *(self.carried("f", str(n), 0) for n in (1, 2)))
        self.farm_says("entries.jsonl", self.carried("g", "1", 0))
        self.farm_says("served.jsonl", self.served(None, 0, None), self.served(200, 0, None))
        self.assertEqual(self.see(document(entry(1))), "")

    def test_the_fate_of_a_body_in_flight(self):
        for version in (0, 1, 2):
            self.farm_says("entries.jsonl", self.carried("f", str(version), version))
        self.farm_says(
            "served.jsonl", self.served(None, 0, None), self.served(200, 1, None),
        )
        self.record.read()
        self.assertEqual(self.record.fly("life-1", {"f": 1}), 0, "it was acknowledged")
        self.assertEqual(self.record.fly("life-1", {}), 1)
        self.farm_says("served.jsonl", self.served(None, 0, 1, "life-2"), self.served(200, 2, 1, "life-2"))
        self.record.read()
        self.assertEqual((self.record.n_committed, self.record.n_uncommitted), (1, 0))
        self.assertEqual(self.record.fly("life-2", {}), 1)
        self.farm_says("served.jsonl", self.served(None, 0, 1, "life-3"))
        self.record.read()
        self.assertEqual((self.record.n_committed, self.record.n_uncommitted), (1, 1))


class End(unittest.TestCase):
    """The recount."""

    def test_what_must_be_shown_and_is_not(self):
        must = {"1": {"a"}, "2": {"b", "c"}, "3": {"d"}}
        self.assertEqual(missing(must, {"1": {"a", "x"}, "2": {"b"}}), {"2": ["c"], "3": ["d"]})
        self.assertEqual(missing(must, {"1": {"a"}, "2": {"c", "b"}, "3": {"d"}}), {})

    def scene(self):
        scene = Scene.__new__(Scene)
        scene.record = collections.namedtuple("Told", "first_asked n_committed n_uncommitted")({}, 9, 9)
        scene.n_kills_in_flight, scene.n_restarts_checked, scene.n_merged = 9, 9, 9
        scene.acked = {"f": 7}
        return scene

    def test_a_life_that_begins_before_what_was_acknowledged(self):
        scene = self.scene()
        scene.record.first_asked[("f", "life-2")] = 6
        life = collections.namedtuple("Life", "life polled")("life-2", {})
        with self.assertRaisesRegex(Failed, "lost: version 7 of f"):
            scene.take_down(life)

    def test_a_run_that_tried_too_little(self):
        self.scene().check_enough(12)
        for what in ("n_kills_in_flight", "n_restarts_checked", "n_merged"):
            scene = self.scene()
            setattr(scene, what, 0)
            with self.assertRaisesRegex(Failed, "too little was tried"):
                scene.check_enough(12)


if __name__ == "__main__":
    unittest.main()
