import "./begun.js";
import { CommentPiece } from "./comment.js";
import { Composer } from "./composer.js";
import { ThreadStoreElement } from "./element.js";
import { Inbox } from "./inbox.js";
import { define } from "./part.js";

define("ts-composer", Composer);
define("ts-comment", CommentPiece);
define("ts-inbox", Inbox);
define("thread-store", ThreadStoreElement);
