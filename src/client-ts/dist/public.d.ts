export declare const PUBLIC: ReadonlySet<string>;
