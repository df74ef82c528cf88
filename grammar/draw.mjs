// Draws the railroad diagrams of the grammars beside this file: `node grammar/draw.mjs` writes railroad.html,
// `node grammar/draw.mjs --print` prints it. One page without scripts and without anything from elsewhere.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Sizes of the drawings, in pixels. */
const GAP = 12;
const ARC = 8;
const BOX = 22;
const WIDEST = 900;

const folder = dirname(fileURLToPath(import.meta.url));

const GRAMMARS = [
  { file: 'aurora.ebnf', title: 'The configuration language' },
  { file: 'template.ebnf', title: 'Templates' },
];

const page = drawPage(
  GRAMMARS.map(({ file, title }) => ({
    prefix: file.replace('.ebnf', ''),
    title,
    rules: readGrammar(readFileSync(join(folder, file), 'utf8')),
  })),
);
if (process.argv.includes('--print')) process.stdout.write(page);
else writeFileSync(join(folder, 'railroad.html'), page);

// ---- From text to trees

/** Rules in the order of the file: name, the comment before it, and a tree of what it stands for. */
function readGrammar(text) {
  const tokens = [...text.matchAll(/\(\*[^]*?\*\)|'[^']*'|"[^"]*"|\?[^?]*\?|[\w-]+|\}\+|[^\s]/g)].map(
    ([token]) => token,
  );
  const rules = [];
  let at = 0;
  let comment = '';
  while (at < tokens.length) {
    const token = tokens[at++];
    if (token.startsWith('(*')) {
      comment = token.slice(2, -2).replace(/\s+/g, ' ').trim();
      continue;
    }
    expect('=');
    const tree = alternatives();
    expect(';');
    rules.push({ name: token, comment: /^-{3,}/.test(comment) ? '' : comment, tree });
    comment = '';
  }
  return rules;

  function expect(wanted) {
    if (tokens[at] !== wanted)
      throw new Error(`expected ${wanted} but found ${tokens[at]} after ${tokens[at - 1]}`);
    at += 1;
  }

  function alternatives() {
    const choices = [sequence()];
    while (tokens[at] === '|') {
      at += 1;
      choices.push(sequence());
    }
    return choices.length === 1 ? choices[0] : { kind: 'choice', parts: choices };
  }

  function sequence() {
    const parts = [];
    while (!['|', ';', ')', ']', '}', '}+', undefined].includes(tokens[at])) {
      if (tokens[at] === ',') at += 1;
      else parts.push(item());
    }
    return parts.length === 1 ? parts[0] : { kind: 'sequence', parts };
  }

  function item() {
    const token = tokens[at++];
    if (token === '(') return closed(alternatives(), [')']);
    if (token === '[') return { kind: 'option', part: closed(alternatives(), [']']) };
    if (token === '{') {
      const part = alternatives();
      const kind = tokens[at] === '}+' ? 'many' : 'any';
      return { kind, part: closed(part, ['}', '}+']) };
    }
    if (/^['"]/.test(token)) return { kind: 'text', text: token.slice(1, -1) };
    if (token.startsWith('?')) return { kind: 'words', text: token.slice(1, -1).replace(/\s+/g, ' ').trim() };
    return { kind: 'rule', text: token };
  }

  function closed(tree, ends) {
    if (!ends.includes(tokens[at]))
      throw new Error(`expected ${ends[0]} after ${tokens[at - 1]}, found ${tokens[at]}`);
    at += 1;
    return tree;
  }
}

// ---- From trees to drawings: each has its size about the line that enters at the left and leaves at the right

function draw(tree, link) {
  switch (tree.kind) {
    case 'sequence':
      return drawSequence(tree.parts.map((part) => draw(part, link)));
    case 'choice':
      return drawChoice(tree, link);
    case 'option':
      return drawOver([nothing(), draw(tree.part, link)]);
    case 'many':
      return drawLoop(draw(tree.part, link));
    case 'any':
      return drawOver([nothing(), drawLoop(draw(tree.part, link))]);
    default:
      return drawBox(tree, link);
  }
}

function nothing() {
  return { width: 0, up: 0, down: 0, at: () => '' };
}

function drawBox({ kind, text }, link) {
  const width = Math.ceil([...text].length * 7.3) + 18;
  const target = kind === 'rule' ? link(text) : undefined;
  return {
    width,
    up: BOX / 2,
    down: BOX / 2,
    at(x, y) {
      const box =
        `<rect class="${kind}" x="${x}" y="${y - BOX / 2}" width="${width}" height="${BOX}"` +
        `${kind === 'text' ? ` rx="${BOX / 2}"` : ''}/>` +
        `<text class="${kind}" x="${x + width / 2}" y="${y + 4}">${escapeText(text)}</text>`;
      return target === undefined ? box : `<a href="#${target}">${box}</a>`;
    },
  };
}

/** Goes on in a new row when it would be wider than a page. */
function drawSequence(parts) {
  const rows = [[]];
  let width = 0;
  for (const part of parts) {
    if (width > 0 && width + GAP + part.width > WIDEST) {
      rows.push([]);
      width = 0;
    }
    width += (width > 0 ? GAP : 0) + part.width;
    rows.at(-1).push(part);
  }
  const lines = rows.map(drawRow);
  return lines.length === 1 ? lines[0] : drawRows(lines);
}

function drawRow(parts) {
  const width = parts.reduce((sum, part) => sum + part.width, 0) + GAP * Math.max(0, parts.length - 1);
  return {
    width,
    up: Math.max(0, ...parts.map((part) => part.up)),
    down: Math.max(0, ...parts.map((part) => part.down)),
    at(x, y) {
      let place = x;
      return parts
        .map((part, index) => {
          const line = index === 0 ? '' : path(`M${place} ${y}h${GAP}`);
          place += index === 0 ? 0 : GAP;
          const drawn = line + part.at(place, y);
          place += part.width;
          return drawn;
        })
        .join('');
    },
  };
}

function drawRows(rows) {
  const inner = Math.max(...rows.map((row) => row.width));
  const width = inner + 4 * ARC;
  const heights = rows.map((row, index) => (index === 0 ? 0 : rows[index - 1].down + row.up + 3 * ARC));
  const depth = heights.reduce((sum, height) => sum + height, 0);
  return {
    width,
    up: rows[0].up,
    down: depth + rows.at(-1).down,
    at(x, y) {
      let level = y;
      return rows
        .map((row, index) => {
          const above = index === 0 ? undefined : rows[index - 1];
          const from = level;
          level += heights[index];
          const turn =
            above === undefined
              ? path(`M${x} ${y}h${2 * ARC}`)
              : path(
                  `M${x + 2 * ARC + above.width} ${from}h${inner - above.width + ARC / 2}` +
                    `a${ARC} ${ARC} 0 0 1 ${ARC} ${ARC}V${from + above.down + ARC / 2}` +
                    `a${ARC} ${ARC} 0 0 1 ${-ARC} ${ARC}H${x + 2 * ARC}` +
                    `a${ARC} ${ARC} 0 0 0 ${-ARC} ${ARC}V${level - ARC}a${ARC} ${ARC} 0 0 0 ${ARC} ${ARC}`,
                );
          const last = index === rows.length - 1;
          const end = last ? path(`M${x + 2 * ARC + row.width} ${level}H${x + width}`) : '';
          return turn + row.at(x + 2 * ARC, level) + end;
        })
        .join('');
    },
  };
}

/** Many plain texts stand in boxes of several texts each. */
function drawChoice({ parts }, link) {
  if (parts.length > 8 && parts.every(({ kind }) => kind === 'text')) {
    const boxes = [];
    for (let i = 0; i < parts.length; i += 14) {
      const texts = parts.slice(i, i + 14).map(({ text }) => text);
      boxes.push(drawBox({ kind: 'words', text: texts.join('   ') }, link));
    }
    return drawOver(boxes);
  }
  return drawOver(parts.map((part) => draw(part, link)));
}

/** One above the other; the first lies on the line. */
function drawOver(parts) {
  const inner = Math.max(...parts.map((part) => part.width));
  const width = inner + 4 * ARC;
  const levels = parts.map(() => 0);
  for (let i = 1; i < parts.length; i++) {
    levels[i] = levels[i - 1] + Math.max(2 * ARC, parts[i - 1].down + parts[i].up + 6);
  }
  return {
    width,
    up: parts[0].up,
    down: levels.at(-1) + parts.at(-1).down,
    at: (x, y) =>
      parts
        .map((part, index) => {
          const start = x + 2 * ARC + Math.floor((inner - part.width) / 2);
          const level = y + levels[index];
          if (index === 0) {
            return (
              path(`M${x} ${y}H${start}`) +
              part.at(start, y) +
              path(`M${start + part.width} ${y}H${x + width}`)
            );
          }
          const down = levels[index] - 2 * ARC;
          return (
            path(
              `M${x} ${y}a${ARC} ${ARC} 0 0 1 ${ARC} ${ARC}v${down}a${ARC} ${ARC} 0 0 0 ${ARC} ${ARC}H${start}`,
            ) +
            part.at(start, level) +
            path(
              `M${start + part.width} ${level}H${x + width - 2 * ARC}` +
                `a${ARC} ${ARC} 0 0 0 ${ARC} ${-ARC}v${-down}a${ARC} ${ARC} 0 0 1 ${ARC} ${-ARC}`,
            )
          );
        })
        .join(''),
  };
}

/** The way back runs below. */
function drawLoop(part) {
  const width = part.width + 4 * ARC;
  const back = part.down + 2 * ARC;
  return {
    width,
    up: part.up,
    down: back,
    at(x, y) {
      const [left, right] = [x + 2 * ARC, x + 2 * ARC + part.width];
      return (
        path(`M${x} ${y}H${left}`) +
        part.at(left, y) +
        path(`M${right} ${y}H${x + width}`) +
        path(
          `M${right} ${y}a${ARC} ${ARC} 0 0 1 ${ARC} ${ARC}v${back - 2 * ARC}a${ARC} ${ARC} 0 0 1 ${-ARC} ${ARC}` +
            `H${left}a${ARC} ${ARC} 0 0 1 ${-ARC} ${-ARC}v${-(back - 2 * ARC)}a${ARC} ${ARC} 0 0 1 ${ARC} ${-ARC}`,
        )
      );
    },
  };
}

function path(data) {
  return `<path d="${data}"/>`;
}

// ---- The page

function drawPage(grammars) {
  const body = grammars.map(({ prefix, title, rules }) => {
    const names = new Set(rules.map(({ name }) => name));
    const link = (name) => (names.has(name) ? `${prefix}-${name}` : undefined);
    const index = rules.map(({ name }) => `<a href="#${prefix}-${name}">${name}</a>`).join(' ');
    const sections = rules.map(
      ({ name, comment, tree }) =>
        `<section id="${prefix}-${name}">\n<h3>${name}</h3>\n` +
        (comment === '' ? '' : `<p>${escapeText(comment)}</p>\n`) +
        `${drawRule(draw(tree, link))}\n</section>`,
    );
    return `<h2>${title}</h2>\n<nav>${index}</nav>\n${sections.join('\n')}`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Railroad diagrams of the Aurora configuration language</title>
<style>
  :root { color-scheme: light dark; --line: #555; --text: #e3efe0; --rule: #e2e9f7; --words: #f6eed6; --ink: #222 }
  @media (prefers-color-scheme: dark) {
    :root { --line: #999; --text: #24402a; --rule: #263452; --words: #4a4020; --ink: #eee }
  }
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em }
  section { margin: 1.5em 0; overflow-x: auto }
  h3, p { margin: 0 0 .3em }
  nav { font-family: monospace }
  section:target h3 { text-decoration: underline }
  svg path { fill: none; stroke: var(--line); stroke-width: 1.5 }
  svg text { font: 12px monospace; text-anchor: middle; fill: var(--ink); white-space: pre }
  svg rect { stroke: var(--line) }
  rect.text { fill: var(--text) }
  rect.rule { fill: var(--rule) }
  rect.words { fill: var(--words) }
</style>
<h1>Railroad diagrams of the Aurora configuration language</h1>
<p>Follow a line from left to right: what it passes, in that order, is a text of the language. Round boxes are
written as they stand; square ones are rules of this page.</p>
${body.join('\n')}
</html>
`;
}

function drawRule(drawing) {
  const margin = 4;
  const width = drawing.width + 2 * GAP + 2 * margin;
  const height = drawing.up + drawing.down + 2 * margin;
  const [x, y] = [margin, drawing.up + margin];
  return (
    `<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
    path(`M${x} ${y - 5}v10M${x} ${y}h${GAP}`) +
    drawing.at(x + GAP, y) +
    path(`M${x + GAP + drawing.width} ${y}h${GAP}m0 -5v10`) +
    '</svg>'
  );
}

function escapeText(text) {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
