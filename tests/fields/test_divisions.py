"""Names of places: every one written is found again; one name of several places is told apart."""

import pytest

from changliu.fields.divisions import divisions
from changliu.fields.refusal import Refused
from changliu.fields.types.region import region_name, region_of


@pytest.mark.feature("Z1")
def test_every_place_of_the_register_is_read_back_from_its_names() -> None:
    lost = {code: region_name(code) for code in divisions() if region_of(region_name(code)) != code}
    assert len(divisions()) > 3_300
    assert lost == {}


def test_names_of_several_places_are_told_apart() -> None:
    with pytest.raises(Refused) as refused:
        region_of("鼓楼区")
    assert "有 4 个地区叫“鼓楼区”（江苏省/南京市/鼓楼区、" in refused.value.zh
    assert "names 4 regions" in refused.value.en
    assert region_of("徐州鼓楼区") == "320302"


@pytest.mark.parametrize("text", ["上海市浦西区", "火星", "广东省浦东新区", "市", "9999"])
def test_places_that_are_none_are_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(Refused) as refused:
        region_of(text)
    assert refused.value.code == "field.option"
    assert "广东省深圳市南山区" in refused.value.zh
