"""Texts that try to run, to break out of where they stand, or to break a page's layout: made, not copied."""

from itertools import product

_RUNS = ("alert(1)", "window.pwned=1", "document.title='pwned'")
_TAGS = (
    "<script>{}</script>",
    "<ScRiPt >{}</sCrIpT >",
    "<script\n>{}</script\n>",
    '<img src=x onerror="{}">',
    "<img src=x onerror={}>",
    "<svg onload={}></svg>",
    "<svg><script>{}</script></svg>",
    "<svg><animate onbegin={} attributeName=x dur=1s>",
    "<details open ontoggle={}>x</details>",
    "<body onload={}>",
    "<input autofocus onfocus={}>",
    "<video><source onerror={}></video>",
    "<iframe srcdoc='<script>{}</script>'></iframe>",
    "<math><mi xlink:href='javascript:{}'>x</mi></math>",
    "<a href='javascript:{}'>x</a>",
    "<a href=' java\tscript:{}'>x</a>",
    "<form action='javascript:{}'><button>x</button></form>",
    "<object data='javascript:{}'></object>",
    "<style>@import 'javascript:{}'</style>",
    "<p style='background:url(javascript:{})'>x</p>",
    "<meta http-equiv=refresh content='0;url=javascript:{}'>",
    "<base href='javascript:{}//'>",
    "<template><script>{}</script></template>",
    "<noscript><p title='</noscript><script>{}</script>'>",
    "[x](javascript:{})",
    "![x](x onerror={})",
    "javascript:{}",
    "data:text/html,<script>{}</script>",
)
_OUT_OF = ("{}", '"{}', "'{}", "-->{}", "]]>{}", "</title>{}", "</textarea>{}", "</script>{}")
_TEMPLATES = (
    "{{ 7*7 }}",
    "{% include 'base.html' %}",
    "{{ config }}",
    "${7*7}",
    "#{7*7}",
    "<%= 7*7 %>",
)
_SHAPES = (
    "W" * 200,
    "ab-" * 70,
    "e\u0301\u0327" * 60,
    "Z\u0351\u0343\u0364" * 40,
    "\u202eright to left\u202c",
    "\u2066\u2067mixed\u2069\u2069",
    "\u200b\u200d\u2060" * 20 + "x",
    "\u2028line\u2029paragraph",
    "漢字" * 80,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿👩‍👩‍👧‍👦" * 10,
    "&lt;b&gt; &amp;amp; &#x3C;script&#x3E;",
    '=HYPERLINK("https://bad.example")',
    "@import url(https://bad.example)",
    "https://bad.example/x.png",
    "../../../../etc/passwd",
    "a\\b\\c\\u003cscript\\u003e",
)
HOSTILE: tuple[str, ...] = tuple(
    dict.fromkeys(
        (
            *(out.format(tag.format(_RUNS[0])) for out, tag in product(_OUT_OF, _TAGS)),
            *(tag.format(run) for tag, run in product(_TAGS, _RUNS[1:])),
            *_TEMPLATES,
            *_SHAPES,
        )
    )
)
"""Each of them a different string; more than 200."""
