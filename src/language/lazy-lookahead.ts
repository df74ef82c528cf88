import {
  LLkLookaheadStrategy,
  type ILookaheadStrategy,
  type IOrAlt,
  type OptionalProductionType,
  type Rule,
} from 'chevrotain';

type ChooseAlternative = (this: unknown, alternatives?: IOrAlt<unknown>[]) => number | undefined;
type MayEnter = (this: unknown) => boolean;

interface Production {
  prodOccurrence: number;
  rule: Rule;
  maxLookahead: number;
  dynamicTokensEnabled: boolean;
}

/**
 * Learns what may come next at a point of the grammar when a file first gets there: most files use few of the
 * rules, and learning all of them takes longer than parsing such a file.
 */
export class LazyLookahead extends LLkLookaheadStrategy implements ILookaheadStrategy {
  override buildLookaheadForAlternation(
    production: Production & { hasPredicates: boolean },
  ): ChooseAlternative {
    let choose: ChooseAlternative | undefined;
    const build = (): ChooseAlternative => super.buildLookaheadForAlternation(production);
    return function (alternatives) {
      choose ??= build();
      return choose.call(this, alternatives);
    };
  }

  override buildLookaheadForOptional(
    production: Production & { prodType: OptionalProductionType },
  ): MayEnter {
    let enter: MayEnter | undefined;
    const build = (): MayEnter => super.buildLookaheadForOptional(production);
    return function () {
      enter ??= build();
      return enter.call(this);
    };
  }
}
