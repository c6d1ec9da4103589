// Exits with 0 when node_modules holds what package-lock.json says. Runs on any Node, before anything is installed.
import { readFileSync } from 'node:fs';

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return {};
  }
};

const wanted = packagesOf('package-lock.json');
const present = packagesOf('node_modules/.package-lock.json');

const isRight = Object.entries(wanted).every(([path, { version, optional }]) =>
  path === '' || present[path] === undefined
    ? path === '' || optional
    : present[path].version === version,
);
const isAll = Object.keys(present).every((path) => wanted[path] !== undefined);

process.exit(isRight && isAll ? 0 : 1);
