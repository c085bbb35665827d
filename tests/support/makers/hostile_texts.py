"""Texts of strangers that would call `fired`, or deceive, where they ran."""

PAYLOADS = (
    "<img src=x onerror=fired(1)>",
    "</script><script>fired(1)</script>",
    "</style><script>fired(1)</script>",
    "</title><script>fired(1)</script>",
    '"><svg onload=fired(1)>',
    "' onmouseover='fired(1)",
    "&lt;script&gt;fired(1)&lt;/script&gt;",
    "&#60;img src=x onerror=fired(1)&#62;",
    "${fired(1)}",
    "`fired(1)`",
    "{{ fired(1) }}",
    "javascript:fired(1)",
    "https://example.invalid/x.png",
    "\u202egnp.exe",
)
