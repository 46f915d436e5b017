"""Row 11 of the performance page: parts of names, pinyin and digits among all leads, restricted."""

from typing import Any

from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, analyse, compare, world
from benchmarks.query import Leads, leads
from changliu.records.search.handlers import make_batch

# A batch of the job is smaller so that nobody waits; here nobody does.
BATCH = 10_000
CITIES = "上海 北京 重庆 苏州 厦门 长沙 西安 大连 杭州 青岛 宁波 成都"
WORDS = (
    "宏达 明远 长安 中科 恒通 瑞丰 金鼎 华信 天成 东方 永兴 国泰 鑫源 博雅 "
    "嘉禾 联创 盛世 凯旋 万邦 百川 启明 卓越 锦程 海纳 云帆 龙腾 泰和 安达 "
    "德润 晨光 星辰 新宇 广源 佳美 飞跃 祥瑞 宝利 利民 康健 乐居"
)
KINDS = "科技 贸易 机械 实业 电子 建材 物流 食品 医药 服装"
NAMED = """
UPDATE {t} SET {name} = c.c[1 + h % 12] || w.w[1 + h / 12 % 40] || w.w[1 + h / 480 % 40]
  || k.k[1 + h / 19200 % 10] || '有限公司'
FROM (SELECT id AS of, hashtext(id::text) & 2147483647 AS h FROM {t}) x,
  (SELECT string_to_array({cities}, ' ') AS c) c, (SELECT string_to_array({words}, ' ') AS w) w,
  (SELECT string_to_array({kinds}, ' ') AS k) k
WHERE id = x.of
"""
ASKED = {
    "2 characters, common": "科技",
    "2 characters, in every name": "公司",
    "4 characters, rare": "宏达明远",
    "pinyin": "hongdamingyuan",
    "pinyin of 2, common": "changan",
    "first letters of 2": "hd",
    "first letters of 4": "hdmy",
    "4 digits": "8123",
    "nothing": "鲲鹏鲲鹏",
}


async def run(scale: int) -> list[Comparison]:
    """Measure searches of a rep with a 200th of `scale` leads, and of whoever reads all."""
    async with world() as bench, leads(bench, scale) as made:
        await _name(made)
        lines = []
        for login in ("rep", "admin"):
            for name, text in ASKED.items():
                door = made.doors[login]
                line = await compare(
                    bench, f"{login}: {name}", lambda door=door, text=text: _ask(door, text),
                    rounds=3, calls=10,
                )  # fmt: skip
                line.notes.update(p95=line.ours.p95, hits=await _ask(door, text))
                lines.append(line)
        return lines


async def _ask(door: Door, text: str) -> int:
    answer = await door.call("GET", "/api/search", params={"q": text})
    return sum(len(group["items"]) for group in answer["groups"])


async def _name(made: Leads) -> None:
    """Give the leads Chinese names, then keys as the job does."""
    database, workspace = made.bench.platform.database, made.bench.workspace
    texts: dict[str, Any] = {"cities": CITIES, "words": WORDS, "kinds": KINDS}
    query = sql.SQL(NAMED).format(
        t=made.table,
        name=sql.Identifier(made.columns["name"]),
        **{key: sql.Literal(text) for key, text in texts.items()},
    )
    async with database.transaction(workspace) as tx:
        await tx.execute(query)
    more = True
    while more:
        async with database.transaction(workspace) as tx:
            more = await make_batch(tx, BATCH)
    await analyse(made.bench, sql.Identifier(workspace.schema, "search_key"))
