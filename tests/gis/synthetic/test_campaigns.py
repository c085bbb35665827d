"""Special campaigns of S town: eighteen within the two months of its checks."""

import datetime as dt

from gis.models import Scene
from gis.safety import Campaign
from gis.synthetic.campaigns import CAMPAIGNS
from gis.synthetic.town import S_TOWN


def test_there_are_eighteen_of_one_id_and_name_each():
    assert len(CAMPAIGNS) == 18
    assert len({campaign.campaign_id for campaign in CAMPAIGNS}) == 18
    assert len({campaign.name for campaign in CAMPAIGNS}) == 18


def test_every_campaign_lies_within_the_days_of_the_patrols():
    patrols = S_TOWN.patrols
    last_day = patrols.first_day + dt.timedelta(days=patrols.days - 1)
    for campaign in CAMPAIGNS:
        assert patrols.first_day <= campaign.first <= campaign.last <= last_day


def test_every_scene_has_a_campaign():
    assert {scene for campaign in CAMPAIGNS for scene in campaign.scenes} == set(Scene)


def test_campaigns_are_what_a_store_would_read():
    for campaign in CAMPAIGNS:
        body = campaign.body()
        assert Campaign.from_body(campaign.campaign_id, body) == campaign


def test_campaigns_of_one_scene_begin_one_after_the_other():
    for scene in Scene:
        firsts = [c.first for c in CAMPAIGNS if c.scenes == (scene,)]
        assert firsts == sorted(set(firsts))
