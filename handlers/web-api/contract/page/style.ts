/** The only style of the page. The content security policy contains its digest. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d6dae0, #3a414b); --soft: light-dark(#f4f6f8, #1c2127);
  --ink: light-dark(#14181d, #e8ecf1); --quiet: light-dark(#566170, #a3aebb); --link: light-dark(#0b57b0, #7ab7ff); }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink);
  background: light-dark(#fff, #12161b); overflow-wrap: anywhere; }
a { color: var(--link); }
h1 { font-size: 1.7rem; margin: .5rem 0; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; border-bottom: 2px solid var(--line); }
h3 { font-size: 1.05rem; margin: 0 0 .4rem; }
h4 { font-size: .8rem; margin: 1.2rem 0 .3rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); }
p { margin: .4rem 0; }
section { margin: 1.5rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .5rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { display: block; padding: .35rem 0; text-decoration: none; }
code { font: .9em ui-monospace, monospace; }
pre { margin: .4rem 0; padding: .7rem; overflow-x: auto; background: var(--soft); border-radius: .4rem; }
dl { margin: .3rem 0; }
dt { margin-top: .5rem; }
dd { margin: 0 0 0 1rem; }
dd dl { border-left: 2px solid var(--line); padding-left: .6rem; }
summary { cursor: pointer; padding: .3rem 0; }
details.response { border-top: 1px solid var(--line); }
.type, .limits { color: var(--quiet); font-size: .88rem; }
.summary { font-weight: 600; }
.role { font-size: .75rem; font-weight: 400; border: 1px solid var(--line); border-radius: 1rem; padding: .1rem .5rem; }
.method { font: 700 .8rem ui-monospace, monospace; padding: .15rem .45rem; border-radius: .3rem; color: #fff; background: #566170; }
.get { background: #0b6e4f; } .post { background: #0b57b0; } .put { background: #8a5300; } .delete { background: #a8232f; }
`;
