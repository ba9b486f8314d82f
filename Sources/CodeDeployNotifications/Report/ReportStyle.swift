/// The style of a report: in the reader's own colours and size, at any width.
enum ReportStyle {
  static let css = """
    :root { color-scheme: light dark; --text: #1c2024; --soft: #5c6670; --line: #d9dee3; \
    --back: #fff; --good: #18794e; --bad: #c62a2f; --stopped: #946800; --open: #0b68cb; }
    @media (prefers-color-scheme: dark) { :root { \
    --text: #eceef0; --soft: #a5adb5; --line: #3a4046; \
    --back: #151718; --good: #4cc38a; --bad: #ff8589; --stopped: #f1c14a; --open: #70b8ff; } }
    * { box-sizing: border-box; }
    body { font: 1rem/1.5 system-ui, sans-serif; color: var(--text); background: var(--back); \
    max-width: 64rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
    h1 { margin: 0; } h2 { margin: 2rem 0 .5rem; } h3 { margin: 0; font-size: 1rem; }
    header p, .note, small, summary span { color: var(--soft); }
    .wide { overflow-x: auto; overflow-wrap: normal; }
    .wide td, .wide thead th { white-space: nowrap; }
    .wide tbody th { min-width: 9rem; overflow-wrap: anywhere; }
    table { border-collapse: collapse; width: 100%; }
    th, td { text-align: left; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); \
    vertical-align: top; }
    thead th { color: var(--soft); font-weight: 500; }
    tbody th { font-weight: 600; }
    .timeline th:last-child, .timeline td { width: 75%; padding: .3rem .5rem; }
    .timeline thead span { float: right; }
    .timeline td > svg { width: 100%; height: 1.25rem; display: block; }
    .timeline svg { overflow: visible; }
    .key span { white-space: nowrap; margin-right: .6rem; } .key svg { vertical-align: middle; }
    nav a, time { white-space: nowrap; } nav a { margin-right: 1rem; }
    .axis { stroke: var(--line); }
    .good { color: var(--good); fill: var(--good); }
    .bad { color: var(--bad); stroke: var(--bad); stroke-width: 2.5; fill: none; }
    .stopped { color: var(--stopped); fill: var(--stopped); }
    .open { color: var(--open); stroke: var(--open); stroke-width: 2; fill: none; }
    article { border-left: 3px solid var(--bad); padding: .2rem 0 .2rem .8rem; margin: 1rem 0; }
    article p { margin: .2rem 0; }
    pre { overflow-x: auto; white-space: pre-wrap; border: 1px solid var(--line); padding: .5rem; \
    margin: .4rem 0; font-size: .85rem; }
    details { border-bottom: 1px solid var(--line); padding: .4rem 0; }
    summary { cursor: pointer; font-weight: 600; }
    a { color: var(--open); }
    @media (max-width: 40rem) { .wide { font-size: .9rem; } \
    .wide thead th { white-space: normal; vertical-align: bottom; } \
    .wide tbody th { min-width: 6rem; } \
    .timeline th:first-child, .timeline td { display: block; width: auto; } \
    .timeline thead th:first-child { display: none; } \
    .timeline tbody th { border: 0; padding-bottom: 0; } }
    @media print { details:not([open]) > * { display: revert; } }
    """
}
