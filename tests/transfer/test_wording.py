"""Words of real files: what columns are called, and which options their words mean."""

import pytest
from tests.transfer.conftest import Desk, csv_of

pytestmark = pytest.mark.feature("Z19")

# Headings as exports of Chinese sales and accounting systems have them.
HEADINGS = {
    "lead": {
        "登记日期": "registered_at", "留资时间": "registered_at", "姓名": "contact_name",
        "客户名称": "company", "公司全名": "company", "电话号码": "mobile", "联系手机": "mobile",
        "负责人": "owner", "销售": "owner", "线索渠道": "source", "信息来源": "source",
        "意向程度": "level", "下次跟进时间": "next_contact_on", "首次跟进时间": "first_contact_at",
        "产品需求": "requirement", "行业类型": "industry", "所在城市": "region",
        "跟进阶段": "status", "推广计划": "source_detail", "作废原因": "invalid_reason",
    },
    "account": {
        "统一信用代码": "credit_code", "纳税人识别号": "credit_code", "往来单位名称": "name",
        "购货单位": "name", "客户类别": "level", "合作状态": "state", "所属区域": "region",
        "通讯地址": "address", "企业电话": "phone", "公司官网": "website",
        "信用天数": "payment_days", "信用限额": "credit_limit", "人员规模": "employees",
        "上级客户": "parent",
        "业务员": "owner", "部门": "team",
    },
    "contact": {
        "联系人": "name", "客户全称": "account", "首要联系人": "is_primary", "座机号码": "phone",
        "联系人电话": "mobile", "职务/职位": "position", "所属部门": "department",
    },
    "opportunity": {
        "销售机会": "name", "机会编号": "external_code", "金额(元)": "amount",
        "预计销售金额": "amount", "预计签约": "expected_close_on", "结单日期": "expected_close_on",
        "赢单率": "win_rate", "当前阶段": "stage", "战败原因": "lost_reason",
        "最终客户": "account", "关键联系人": "contact", "竞争厂商": "competitor",
    },
    "product": {
        "存货名称": "name", "物料代码": "code", "商品分类": "series", "含税单价": "list_price",
        "基本单位": "unit", "规格型号": "specification",
    },
    "activity": {
        "跟进时间": "happened_at", "跟进方式": "kind", "跟进内容": "content",
        "客户名称": "account", "关联商机": "opportunity", "跟进结果": "outcome",
    },
    "task": {
        "任务名称": "subject", "截止时间": "due_on", "紧急程度": "priority", "关联客户": "account",
    },
}  # fmt: skip


@pytest.mark.parametrize("target", HEADINGS)
async def test_headings_of_other_systems_are_known(desk: Desk, target: str) -> None:
    wrong = {}
    for heading, field in HEADINGS[target].items():
        told = await desk.bring(csv_of([[heading, "无关的一列"], ["甲", "乙"]]), target)
        guess = told["columns"][0]["guess"]
        if guess is None or guess["field"] != field:
            wrong[heading] = guess
        await desk.ask("POST", f"/{told['id']}/cancel")
    assert wrong == {}


async def test_sure_words_are_mapped_and_near_ones_proposed(desk: Desk) -> None:
    rows = [
        ["线索名称", "线索等级", "来源渠道", "活跃指数"],
        ["词一", "A", "网站", "高意向"],
        ["词二", "B级", "百度", "中"],
        ["词三", "C类", "抖音广告", "说不清"],
    ]
    made = await desk.bring(csv_of(rows), "lead")
    columns = made["mapping"]["columns"]
    level = columns["线索等级"]
    assert (level[0] if isinstance(level, list) else level)["values"] == {"B级": "B", "C类": "C"}
    index = {c["column"]: c["words"] for c in made["columns"]}
    assert index["线索等级"] == []
    near = {w["value"]: (w["option"], w["sure"]) for w in index["来源渠道"]}
    assert near["抖音广告"] == ("douyin", False)
    assert near["网站"][0] in ("web_chat", "referral_site", "partner_site")
    assert [w["value"] for w in index["活跃指数"]] == ["说不清"]
    silly = [["线索名称", "线索等级", "来源渠道"], ["词四", "Might be", "API"]]
    told = await desk.bring(csv_of(silly), "lead")
    assert [[w["option"] for w in c["words"]] for c in told["columns"]] == [[], [None], [None]]
    # What is not sure is not put in: the row waits for a person.
    assert {e["row"] for e in made["preview"]["errors"]} == {1, 3}


async def test_a_district_is_a_place_only_where_its_values_are(desk: Desk) -> None:
    places = [["公司", "地区"], ["甲", "上海市浦东新区"], ["乙", "广东深圳"], ["丙", "杭州"]]
    areas = [["公司", "地区"], ["甲", "华东"], ["乙", "大湾区办事处"], ["丙", "北京"]]
    for rows, field in ((places, "region"), (areas, "city")):
        told = await desk.bring(csv_of(rows), "lead")
        assert told["columns"][1]["fields"] == [field], told["columns"][1]["guess"]
        assert told["preview"]["counts"]["error"] == 0
        await desk.ask("POST", f"/{told['id']}/cancel")


async def test_each_word_of_a_cell_with_several_has_its_meaning(desk: Desk) -> None:
    options = [
        {"key": "expo", "label": {"zh-CN": "展会", "en": "Expo"}},
        {"key": "call", "label": {"zh-CN": "电话", "en": "Call"}},
    ]
    field = {"key": "touches", "label": "触点", "type": "multi_select", "options": options}
    made = await desk.client.post("/api/objects/product/fields", json=field)
    assert made.status_code in (200, 201), made.text
    rows = [
        ["产品名称", "触点"],
        ["触一", "展会；打电话"],
        ["触二", "打电话、别的"],
        ["触三", "展会"],
    ]
    told = await desk.bring(csv_of(rows), "product")
    words = [(w["field"], w["value"], w["option"]) for w in told["columns"][1]["words"]]
    assert words == [("touches", "打电话", "call"), ("touches", "别的", None)]
    assert told["preview"]["counts"]["error"] == 2
    rule = {"field": "touches", "values": {"打电话": "call", "别的": None}}
    mended = await desk.remap(told, columns={"产品名称": "name", "触点": rule})
    assert mended["preview"]["counts"]["create"] == 3
    assert mended["columns"][1]["words"] == []
    await desk.commit(mended)
    found = await desk.records("product", 'STARTSWITH(name, "触")')
    by_name = {r["title"]: r["values"]["touches"] for r in found}
    assert by_name == {"触一": ["expo", "call"], "触二": ["call"], "触三": ["expo"]}
