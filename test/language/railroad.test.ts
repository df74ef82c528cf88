import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readRules } from '../rig/grammar-text.js';

const page = readFileSync('grammar/railroad.html', 'utf8');

test('the diagrams are those of the grammars as they stand', () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['grammar/draw.mjs', '--print'], {
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
  });
  expect(stderr).toBe('');
  // Otherwise: node grammar/draw.mjs
  expect(stdout === page).toBe(true);
});

test('every rule of the language is drawn, every link leads to a rule, and nothing comes from elsewhere', () => {
  const sections = new Set([...page.matchAll(/<section id="([^"]*)"/g)].map(([, id]) => id));
  const rules = [...readRules(readFileSync('grammar/aurora.ebnf', 'utf8')).keys()];
  expect(rules.filter((name) => !sections.has(`aurora-${name}`))).toEqual([]);
  const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !sections.has(id))).toEqual([]);
  expect(page).not.toMatch(/https?:|<script|url\(/);
});
