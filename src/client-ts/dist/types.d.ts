import type { paths } from "../schema.js";
export type Method = "get" | "put" | "post" | "patch" | "delete";
export type PathsWith<M extends Method> = {
    [P in keyof paths]: paths[P] extends {
        [K in M]: {
            responses: unknown;
        };
    } ? P : never;
}[keyof paths];
export type Operation<M extends Method, P extends keyof paths> = paths[P] extends {
    [K in M]: infer O;
} ? O : never;
type Parameters<O, In extends string> = O extends {
    parameters: {
        [K in In]?: infer T;
    };
} ? Exclude<T, undefined> : never;
type Body<O> = O extends {
    requestBody: {
        content: {
            "application/json": infer B;
        };
    };
} ? {
    body: B;
} : O extends {
    requestBody?: {
        content: {
            "application/json": infer B;
        };
    };
} ? {
    body?: B;
} : {
    body?: never;
};
/** Optional where all of its members are. */
type Part<Name extends string, T> = [T] extends [never] ? {
    [K in Name]?: never;
} : {} extends T ? {
    [K in Name]?: T;
} : {
    [K in Name]: T;
};
type OwnQuery<T> = Omit<T, "minPosition" | "dryRun">;
type OwnHeaders<T> = Omit<T, "ThreadStore-Min-Position">;
export type Request<O> = Part<"path", Parameters<O, "path">> & Part<"query", OwnQuery<Parameters<O, "query">>> & Part<"headers", OwnHeaders<Parameters<O, "header">>> & Body<O> & {
    signal?: AbortSignal;
    /** Whether a public read is sent with the token: what only the reader or a moderator sees is in the answer then. */
    signedIn?: boolean;
};
/** The last argument, which may be left out where nothing in it is needed. */
export type Arguments<O> = {} extends Request<O> ? [request?: Request<O>] : [request: Request<O>];
type Content<R> = R extends {
    content: {
        "application/json": infer T;
    };
} ? T : R extends {
    content: {
        "application/x-ndjson": unknown;
    };
} ? string : undefined;
type Success = 200 | 201 | 202 | 204;
export type Answer<O> = O extends {
    responses: infer R;
} ? {
    [S in keyof R & Success]: Content<R[S]>;
}[keyof R & Success] : never;
export type Item<O> = Answer<O> extends {
    items: (infer T)[];
} ? T : never;
export {};
