/** The style of the pages, for phones and in light and dark. The content security policy names its digest. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --ground: #f4f5f7; --card: #fff; --text: #16202c; --quiet: #4a5665; --line: #d3d9e0; --accent: #14603f; --on-accent: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #10161d; --card: #18212b; --text: #e9eef4; --quiet: #aab6c4; --line: #34414f; --accent: #7fd6ab; --on-accent: #0b2118; }
}
* { box-sizing: border-box; }
body { margin: 0; padding: .75rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { max-width: 30rem; margin: 0 auto; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
h1 { margin: 0 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.25rem 0 .25rem; font-size: 1rem; }
p { margin: 0 0 .75rem; }
ul { margin: 0 0 .75rem; padding-left: 1.25rem; }
li { margin: .25rem 0; }
.product { white-space: nowrap; }
.quiet { color: var(--quiet); font-size: .9rem; }
.notice { padding: .75rem 1rem; border-left: .25rem solid var(--accent); background: var(--ground); }
form { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
button { flex: 1 1 8rem; min-height: 3rem; padding: .5rem 1rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--card); color: var(--text); font: inherit; font-weight: 600; cursor: pointer; }
button.allow { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
@media (min-width: 40rem) { main { margin-top: 6vh; padding: 2rem; } }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
`;
