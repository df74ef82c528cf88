import type { LearntGrammar } from './lookahead.js';

/**
 * What Chevrotain learns about the grammar by running each rule once without input. The build learns it and puts
 * it here, since learning takes longer than parsing most files; without a build the parser learns it at start.
 */
export const learntGrammar: LearntGrammar | undefined = undefined;
