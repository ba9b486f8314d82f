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
    .timeline td { width: 75%; min-width: 18rem; padding-right: 0; }
    .timeline thead span { float: right; }
    .timeline svg { width: 100%; height: auto; display: block; }
    .key svg { vertical-align: middle; margin-left: .6rem; }
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
    @media print { details:not([open]) > * { display: revert; } }
    """
}
