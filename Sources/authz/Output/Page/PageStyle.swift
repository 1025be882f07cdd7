/// The style sheets of pages: readable on a phone and on a wide screen, in light and in dark, and on paper. Color never carries a meaning
/// alone.
enum PageStyle {
    static let common: HTML = """
        :root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6577; --paper: #f6f7f9; --card: #fff; --line: #d9dee7;
          --yes: #0b6e3b; --yes-back: #e3f5ea; --no: #b3202a; --no-back: #fdeaea; --warn: #7a4b00; --warn-back: #fdf3dc;
          --code: #eef1f6; --mark: #fff3c4; --accent: #2b5fb8; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --soft: #9aa5b8; --paper: #12161d; --card: #1a202a;
          --line: #323b4a; --yes: #6fd49b; --yes-back: #15301f; --no: #ff8d8d; --no-back: #3a1b1f; --warn: #f0c674;
          --warn-back: #362b12; --code: #232b38; --mark: #3d3719; --accent: #8fb6ff; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        main { max-width: 64rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
        h3 { font-size: 1rem; margin: 0; }
        code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .875em; }
        code { background: var(--code); border-radius: .25rem; padding: .05rem .3rem; overflow-wrap: anywhere; }
        pre { margin: .5rem 0; padding: .5rem 0; background: var(--code); border-radius: .5rem; overflow-x: auto; line-height: 1.45; }
        pre span { display: block; padding: 0 .75rem; white-space: pre; width: max-content; min-width: 100%; }
        pre .n { display: inline-block; width: 3.5em; padding: 0 1em 0 0; min-width: 0; text-align: right; color: var(--soft);
          user-select: none; }
        pre .hit { background: var(--mark); border-left: .25rem solid var(--accent); padding-left: .5rem; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1rem; margin: .75rem 0; }
        .card > p:first-child { margin-top: 0; } .card > p:last-child { margin-bottom: 0; }
        .badge { display: inline-block; border-radius: 1rem; padding: .1rem .7rem; font-weight: 700; font-size: .875rem; }
        .badge.yes { background: var(--yes-back); color: var(--yes); } .badge.no { background: var(--no-back); color: var(--no); }
        .badge.idle { background: var(--code); color: var(--soft); }
        .place, .soft { color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
        .head { display: flex; flex-wrap: wrap; gap: .25rem .75rem; align-items: baseline; }
        ul { margin: .5rem 0 0; padding-left: 1.25rem; } li { overflow-wrap: anywhere; }
        a { color: var(--accent); }
        @media (max-width: 40rem) { main { padding: .5rem; } .card { padding: .75rem; } }
        @media print { body { background: #fff; } .card { break-inside: avoid; } }
        """

    static let explanation: HTML = """
        pre .add { background: var(--yes-back); color: var(--yes); } pre .del { background: var(--no-back); color: var(--no); }
        .verdict { border-left: .5rem solid var(--line); } .allow { border-left-color: var(--yes); } .deny { border-left-color: var(--no); }
        .allow .badge { background: var(--yes-back); color: var(--yes); }
        .deny .badge { background: var(--no-back); color: var(--no); }
        .badge.unknown { background: var(--warn-back); color: var(--warn); }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0 0; }
        dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        ol.flow { list-style: none; margin: 0; padding: 0 0 0 1.5rem; border-left: .2rem solid var(--line); }
        ol.flow > li { position: relative; }
        ol.flow > li::before { content: ""; position: absolute; left: -2.1rem; top: 1.35rem; width: 1rem; height: 1rem;
          border-radius: 50%; background: var(--card); border: .25rem solid var(--line); }
        ol.flow > li.pass::before { border-color: var(--yes); } ol.flow > li.stop::before { border-color: var(--no); background: var(--no); }
        ol.flow > li.idle { opacity: .75; }
        details { margin-top: .75rem; border-top: 1px solid var(--line); padding-top: .5rem; }
        summary { cursor: pointer; font-weight: 600; overflow-wrap: anywhere; }
        .tests { margin: .5rem 0 0; } .test { display: grid; grid-template-columns: 4.5rem 14rem 1fr; gap: .1rem .75rem;
          padding: .35rem 0; border-top: 1px dotted var(--line); align-items: baseline; }
        .test > * { overflow-wrap: anywhere; min-width: 0; } .warning { color: var(--warn); background: var(--warn-back);
          border-radius: .5rem; padding: .5rem .75rem; }
        @media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; }
          dd { margin-bottom: .4rem; } .test { grid-template-columns: 4.5rem 1fr; } .test > :last-child { grid-column: 1 / -1; }
          ol.flow { padding-left: 1rem; } ol.flow > li::before { left: -1.6rem; } }
        @media print { details:not([open]) > * { display: block; } }
        """

    static let coverage: HTML = """
        .files { border-collapse: collapse; width: 100%; }
        .files th, .files td { text-align: right; padding: .35rem .75rem; border-top: 1px solid var(--line); white-space: nowrap; }
        .files th:first-child, .files td:first-child { text-align: left; white-space: normal; overflow-wrap: anywhere; }
        .files thead th { border-top: 0; color: var(--soft); font-weight: 600; }
        .gaps { list-style: none; padding: .5rem 1rem; } .gaps li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem;
          padding: .35rem 0; border-top: 1px dotted var(--line); }
        .gaps li:first-child { border-top: 0; } .gaps a { font-size: .875rem; }
        .code { display: grid; grid-template-columns: minmax(100%, max-content); } .code > span { width: auto; }
        .code .hits { display: inline-block; width: 4em; min-width: 0; padding: 0 1em 0 0; text-align: right; color: var(--soft); user-select: none; }
        .code > .yes { background: var(--yes-back); } .code > .no { background: var(--no-back); }
        .code > .no .hits { color: var(--no); font-weight: 700; } .code > .yes .hits { color: var(--yes); }
        .code > :target { outline: 2px solid var(--accent); outline-offset: -2px; }
        mark { background: none; color: var(--no); font-weight: 700; text-decoration: underline wavy; text-underline-offset: .2em; }
        @media (max-width: 40rem) { .files thead { display: none; } .files tr { display: grid; grid-template-columns: repeat(4, 1fr);
          gap: 0 .5rem; padding: .5rem 0; border-top: 1px solid var(--line); } .files tr:first-child { border-top: 0; }
          .files td { border: 0; padding: 0; } .files td:first-child { grid-column: 1 / -1; } .files td + td { text-align: left; }
          .files td + td::before { content: attr(data-of); display: block; color: var(--soft); font-size: .875rem; }
          .code .n { width: 2.5em; } .code .hits { width: 3em; padding-right: .75em; } }
        """
}
