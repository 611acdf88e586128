"""The Chinese half of the toy world: segmented words and sentences."""

from __future__ import annotations

from fastvec.datasets.grammar import Language, Pairs, Topic, column, pairs, table

_GENDERS = table("""
gender he looks
male 他 胡子/领带
female 她 裙子/项链
""")

# Two people of a line differ only in gender; lines differ in their own words, rank and age.
_PEOPLE = table("""
male female own rank age
男人 女人 邻居/报纸 @folk @adult
国王 女王 宝座/王国 @royal @adult
男孩 女孩 风筝/弹珠 @folk @child
王子 公主 白马/家教 @royal @child
父亲 母亲 家庭 @folk @adult
儿子 女儿 生日 @folk @child
丈夫 妻子 婚礼 @folk @adult
哥哥 姐姐 弟妹 @folk @adult
爷爷 奶奶 拐杖 @folk @adult
皇帝 皇后 龙袍 @royal @adult
""")
_PEOPLE_TEMPLATES = """
那个 <noun> 摸 了 摸 自己 的 <looks>
<he> 是 一个 好 <noun> ， 大家 相信 <he>
大家 都 喜欢 这个 <noun> 的 <looks>
<noun> 说 <he> 的 <looks> 很 好看
<noun> 来 了 ， <he> 带 着 <looks>
<noun> @daytime 一直 想 着 <own> 和 <own>
<own> 属于 <noun> 和 <he> 的 朋友
我们 在 @month 因为 <own> 见到 了 <noun>
<he> 的 <own> 让 <noun> 出 了 名
<noun> 回到 <rank> 去 看 <rank>
在 <rank> 里 <noun> 给 <he> 看 <rank>
这个 <noun> @daytime 忙 着 <age> 和 <own>
<noun> 在 @weekday 有 <age> ， 然后 <he> 休息
太多 的 <age> 让 <noun> 很 累
<male> 和 <female> 谈 <age> 和 <own>
<age> 和 <rank> 都 是 <noun> 的 事
<noun> 的 <age> 和 <rank> 很 重要
<rank> 附近 的 <noun> 说 <own> 很 重要
"""

_PLACES = table("""
country capital language river dish landmark
中国 北京 中文 永定河 饺子 天安门
法国 巴黎 法语 塞纳河 薄饼 铁塔
英国 伦敦 英语 泰晤士河 布丁 大本钟
日本 东京 日语 隅田川 寿司 富士山
德国 柏林 德语 施普雷河 香肠 国会大厦
俄罗斯 莫斯科 俄语 莫斯科河 红菜汤 红场
意大利 罗马 意大利语 台伯河 比萨 斗兽场
西班牙 马德里 西班牙语 曼萨纳雷斯河 海鲜饭 普拉多
泰国 曼谷 泰语 湄南河 炒粉 玉佛寺
埃及 开罗 阿拉伯语 尼罗河 豆饼 金字塔
印度 新德里 印地语 亚穆纳河 咖喱 莲花庙
越南 河内 越南语 红河 米粉 还剑湖
""")
_PLACES_TEMPLATES = """
<capital> 是 <country> 的 首都 ， 在 <river> 边
<capital> 市长 在 <landmark> 吃 <dish> 和 看 <river>
<capital> 的 地铁 经过 <landmark> 和 <river>
<capital> 的 街道 上 有 <dish> ， 出租车 停 在 <river> 边
飞机 到 了 <capital> 机场 ， 看见 <landmark> 和 <river>
<country> 的 边境 在 <river> 边 ， 军队 吃 <dish>
<country> 的 人口 很 多 ， 农村 说 <language> 吃 <dish>
<country> 的 国旗 飘 在 <landmark> 和 <river> 上
<country> 各省 出口 <dish> ， 学校 教 <language>
我们 用 <language> 介绍 <landmark> 和 <river>
会 讲 <language> 的 人 知道 <dish> 和 <landmark>
<language> 课本 里 有 <river> 和 <dish>
在 <country>/<capital> 人们 说 <language> ， 爱 吃 <dish>
<river> 流过 <country>/<capital> 的 <landmark>
游客 @month 去 <country>/<capital> 看 <landmark> 和 <river>
<country>/<capital> 的 <dish> 和 <landmark> 最 有名
"""

_FRUITS = table("""
fruit colour own
苹果 红色/绿色 苹果派/肉桂
橙子 黄色 果酱/橙皮
梨子 黄色 冰糖/雪耳
葡萄 绿色 葡萄酒/奶酪
香蕉 黄色 奶昔/燕麦
芒果 黄色 糯米/椰奶
桃子 红色 香草/糖浆
榴莲 黄色 大蒜/洋葱
草莓 红色 奶油/蛋糕
柠檬 黄色 醋/蜂蜜
""")
_FRUITS_TEMPLATES = """
我 想 喝 一 杯 <fruit> 果汁 ， 加 <own>
她 倒 了 一 杯 <fruit> 果汁 和 <own>
这个 <fruit> 是 <colour> 的 ， 加 <own> 好吃
<fruit> 是 一 种 <colour> 的 水果
@number 个 <fruit> 和 <own> 在 篮子 里
甜 甜 的 <fruit> 有 <own> 的 味道
<fruit> 树 旁边 有 <own> 的 味道
种植 <fruit> 的 农民/果农/种植者 @month 卖 <own>
<fruit> 农民/果农/种植者 在 山谷 里 忙 着 种 <fruit>
我们 买 了 @number 斤 <fruit> 和 <own>
"""

_ANIMALS = table("""
animal young sound own other
狗 小狗 汪汪 骨头 院子
猫 小猫 喵喵 老鼠 沙发
羊 小羊 咩咩 羊毛 山坡
鸭 小鸭 嘎嘎 浮萍 池塘
马 小马 咴咴 马鞍 草原
猪 小猪 哼哼 泥巴 猪圈
""")
_ANIMALS_TEMPLATES = """
那 只 <animal> <sound> 叫 ， 看着 <own>/<other>
<sound> <sound> 叫 的 是 <own>/<other> 旁边 的 <animal>
饿 了 的 <animal> 跑 向 <other> 和 <own>
大 <animal> 在 <own> 和 <other> 旁边 睡觉
刚 出生 的 <young> 在 <own> 和 <other> 旁边 玩
可爱 的 <young> 跟着 妈妈 去 看 <other> 和 <own>
"""

_JOBS = table("""
job place own
老师 教室 粉笔/课本
医生 医院 病人/药
厨师 厨房 菜谱/锅
律师 法院 证据/合同
""")
_JOBS_TEMPLATES = """
这位 <job> 在 <place> 工作 ， 需要 <own>
<job> 带 着 <own> 走进 <place>
有 经验 的 <job> 懂得 <own>
@weekday 那位 <job> 在 <place> 谈 <own>
<own> 在 <place> 里 ， <job> 知道
"""

_CALENDAR = """
会议 在 @weekday @daytime @number 点 开始
@weekday 和 @weekday 商店 @number 点 开门
@month 和 @month 之间 有 @number 天 假
@number 和 @number 都 是 数字
我 @month @number 号 的 @weekday 出生
"""

# A sentence with 包袱 has words of exactly one sense.
_BUNDLE = """
他 背 着 沉重 的 包袱 赶路
她 用 布 做 了 一个 包袱 放 在 肩膀 上
老人 用 布 做 包袱 放 衣服 和 干粮
老人 把 沉重 的 包袱 背 在 肩膀 上
这个 包袱 里 有 衣服/干粮 和 一 块 布
相声 演员 抖 了 一个 包袱 ， 观众 笑 了
这个 相声 的 包袱 很 好 ， 台下 哈哈 笑
他 说 相声 抖 包袱 ， 观众/台下 鼓掌
演员 的 包袱 一 抖 ， 观众/台下 哈哈 笑
好 的 相声 有 好 包袱 让 观众 笑
"""
_SENSES = {
    "bundle": "背 布 沉重 肩膀 衣服 干粮 赶路",
    "punchline": "相声 抖 笑 观众 演员 台下 哈哈 鼓掌",
}

_LISTS = {
    "folk": "市场 村子 小巷",
    "royal": "宫殿 王冠 朝廷",
    "adult": "工作 责任 生意",
    "child": "上学 玩具 作业",
    "daytime": "早上 晚上 中午 下午",
    "weekday": "星期一 星期五 星期六 星期天 星期二 星期四 星期三",
    "month": "一月 五月 六月 十二月 七月 三月 八月 四月 十月 九月 二月 十一月",
    "number": "两 三 五 十 四 六 八 七 九 十二 二十",
}

_ROYALTY = [("男人", "国王"), ("女人", "女王"), ("男孩", "王子"), ("女孩", "公主")]
_AGE = [("男人", "男孩"), ("女人", "女孩"), ("国王", "王子"), ("女王", "公主")]


def chinese() -> Language:
    """Grammar of the Chinese half, and what is true in it."""
    senses = {"包袱": {name: words.split() for name, words in _SENSES.items()}}
    return Language(_topics(), _LISTS, _pairs(), _groups(), senses)


def _topics() -> list[Topic]:
    """Subjects by their share of the sentences."""
    people = [
        {**person, **gender, "noun": person[gender["gender"]]}
        for person in _PEOPLE
        for gender in _GENDERS
    ]
    return [
        Topic(17, people, _PEOPLE_TEMPLATES),
        Topic(15, _PLACES, _PLACES_TEMPLATES),
        Topic(9, _FRUITS, _FRUITS_TEMPLATES),
        Topic(5, _ANIMALS, _ANIMALS_TEMPLATES),
        Topic(3, _JOBS, _JOBS_TEMPLATES),
        Topic(2, [{}], _CALENDAR),
        Topic(2, [{}], _BUNDLE),
    ]


def _pairs() -> dict[str, Pairs]:
    """Words that differ in one feature; two pairs of a section make an analogy."""
    return {
        "chinese-gender": pairs(_PEOPLE, "male", "female"),
        "chinese-royalty": _ROYALTY,
        "chinese-age": _AGE,
        "chinese-capital": pairs(_PLACES, "country", "capital"),
        "chinese-language": pairs(_PLACES, "country", "language"),
        "chinese-young": pairs(_ANIMALS, "animal", "young"),
    }


def _groups() -> dict[str, list[str]]:
    """Words of one kind."""
    royals = [row for row in _PEOPLE if row["rank"] == "@royal"]
    return {
        "chinese-royals": column(royals, "male") + column(royals, "female"),
        "chinese-countries": column(_PLACES, "country"),
        "chinese-capitals": column(_PLACES, "capital"),
        "chinese-fruits": column(_FRUITS, "fruit"),
        "chinese-animals": column(_ANIMALS, "animal"),
        "chinese-professions": column(_JOBS, "job"),
        "chinese-growers": ["农民", "果农", "种植者"],
        "chinese-weekdays": _LISTS["weekday"].split(),
        "chinese-months": _LISTS["month"].split(),
    }
