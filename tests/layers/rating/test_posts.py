"""Who answers for each grid at the end of a day."""

from layers import Cutoff, read_risk_day
from layers.rating.posts import answering_posts
from support.makers.rated_towns import DAY, Town


def test_town_without_posts_has_nobody():
    assert answering_posts(Town().rated().facts) == {}


def test_every_grid_with_an_accountable_post_has_it_and_its_holder(s_town_store):
    facts = read_risk_day(s_town_store, Cutoff(DAY), history_days=0).facts
    posts = answering_posts(facts)
    duties = facts.snapshot.territory.duties
    for row, grid_id in enumerate(duties.grid_ids):
        duty = duties.on_duty(row, facts.cutoff.end).accountable
        expected = None if duty is None else (duty.post_id, duty.holder_id)
        assert posts.get(grid_id) == expected
    assert posts
