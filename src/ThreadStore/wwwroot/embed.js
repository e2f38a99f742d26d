var e=globalThis,t=e.ShadowRoot&&(e.ShadyCSS===void 0||e.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,n=Symbol(),r=new WeakMap,i=class{constructor(e,t,r){if(this._$cssResult$=!0,r!==n)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,n=this.t;if(t&&e===void 0){let t=n!==void 0&&n.length===1;t&&(e=r.get(n)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),t&&r.set(n,e))}return e}toString(){return this.cssText}},a=e=>new i(typeof e==`string`?e:e+``,void 0,n),o=(e,...t)=>new i(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,n),s=(n,r)=>{if(t)n.adoptedStyleSheets=r.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let t of r){let r=document.createElement(`style`),i=e.litNonce;i!==void 0&&r.setAttribute(`nonce`,i),r.textContent=t.cssText,n.appendChild(r)}},c=t?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return a(t)})(e):e,{is:l,defineProperty:u,getOwnPropertyDescriptor:d,getOwnPropertyNames:f,getOwnPropertySymbols:p,getPrototypeOf:m}=Object,h=globalThis,ee=h.trustedTypes,te=ee?ee.emptyScript:``,ne=h.reactiveElementPolyfillSupport,g=(e,t)=>e,_={toAttribute(e,t){switch(t){case Boolean:e=e?te:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},re=(e,t)=>!l(e,t),ie={attribute:!0,type:String,converter:_,reflect:!1,useDefault:!1,hasChanged:re};Symbol.metadata??=Symbol(`metadata`),h.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=ie){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&u(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=d(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??ie}static _$Ei(){if(this.hasOwnProperty(g(`elementProperties`)))return;let e=m(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(g(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(g(`properties`))){let e=this.properties,t=[...f(e),...p(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(c(e))}else e!==void 0&&t.push(c(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return s(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?_:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?_:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??re)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[g(`elementProperties`)]=new Map,v[g(`finalized`)]=new Map,ne?.({ReactiveElement:v}),(h.reactiveElementVersions??=[]).push(`2.1.2`);var y=globalThis,ae=e=>e,b=y.trustedTypes,oe=b?b.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,x=`$lit$`,S=`lit$${Math.random().toFixed(9).slice(2)}$`,C=`?`+S,se=`<${C}>`,w=document,T=()=>w.createComment(``),E=e=>e===null||typeof e!=`object`&&typeof e!=`function`,D=Array.isArray,ce=e=>D(e)||typeof e?.[Symbol.iterator]==`function`,O=`[ 	
\f\r]`,k=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,le=/-->/g,ue=/>/g,A=RegExp(`>|${O}(?:([^\\s"'>=/]+)(${O}*=${O}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),de=/'/g,fe=/"/g,pe=/^(?:script|style|textarea|title)$/i,j=(e=>(t,...n)=>({_$litType$:e,strings:t,values:n}))(1),M=Symbol.for(`lit-noChange`),N=Symbol.for(`lit-nothing`),me=new WeakMap,P=w.createTreeWalker(w,129);function he(e,t){if(!D(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return oe===void 0?t:oe.createHTML(t)}var ge=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=k;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===k?c[1]===`!--`?o=le:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=A):(pe.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=A):o=ue:o===A?c[0]===`>`?(o=i??k,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?A:c[3]===`"`?fe:de):o===fe||o===de?o=A:o===le||o===ue?o=k:(o=A,i=void 0);let d=o===A&&e[t+1].startsWith(`/>`)?` `:``;a+=o===k?n+se:l>=0?(r.push(s),n.slice(0,l)+x+n.slice(l)+S+d):n+S+(l===-2?t:d)}return[he(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},F=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=ge(t,n);if(this.el=e.createElement(l,r),P.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=P.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(x)){let t=u[o++],n=i.getAttribute(e).split(S),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?ve:r[1]===`?`?ye:r[1]===`@`?be:R}),i.removeAttribute(e)}else e.startsWith(S)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(pe.test(i.tagName)){let e=i.textContent.split(S),t=e.length-1;if(t>0){i.textContent=b?b.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],T()),P.nextNode(),c.push({type:2,index:++a});i.append(e[t],T())}}}else if(i.nodeType===8){if(i.data===C)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(S,e+1))!==-1;)c.push({type:7,index:a}),e+=S.length-1}}a++}}static createElement(e,t){let n=w.createElement(`template`);return n.innerHTML=e,n}};function I(e,t,n=e,r){if(t===M)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=E(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=I(e,i._$AS(e,t.values),i,r)),t}var _e=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??w).importNode(t,!0);P.currentNode=r;let i=P.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new L(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new xe(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=P.nextNode(),a++)}return P.currentNode=w,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},L=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=N,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=I(this,e,t),E(e)?e===N||e==null||e===``?(this._$AH!==N&&this._$AR(),this._$AH=N):e!==this._$AH&&e!==M&&this._(e):e._$litType$===void 0?e.nodeType===void 0?ce(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==N&&E(this._$AH)?this._$AA.nextSibling.data=e:this.T(w.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=F.createElement(he(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new _e(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=me.get(e.strings);return t===void 0&&me.set(e.strings,t=new F(e)),t}k(t){D(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(T()),this.O(T()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ae(e).nextSibling;ae(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},R=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=N,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=N}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=I(this,e,t,0),a=!E(e)||e!==this._$AH&&e!==M,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=I(this,r[n+o],t,o),s===M&&(s=this._$AH[o]),a||=!E(s)||s!==this._$AH[o],s===N?e=N:e!==N&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===N?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},ve=class extends R{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===N?void 0:e}},ye=class extends R{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==N)}},be=class extends R{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=I(this,e,t,0)??N)===M)return;let n=this._$AH,r=e===N&&n!==N||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==N&&(n===N||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},xe=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){I(this,e)}},Se={M:x,P:S,A:C,C:1,L:ge,R:_e,D:ce,V:I,I:L,H:R,N:ye,U:be,B:ve,F:xe},Ce=y.litHtmlPolyfillSupport;Ce?.(F,L),(y.litHtmlVersions??=[]).push(`3.3.3`);var we=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new L(t.insertBefore(T(),e),e,void 0,n??{})}return i._$AI(e),i},z=globalThis,B=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=we(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return M}};B._$litElement$=!0,B.finalized=!0,z.litElementHydrateSupport?.({LitElement:B});var Te=z.litElementPolyfillSupport;Te?.({LitElement:B}),(z.litElementVersions??=[]).push(`4.2.2`);var Ee={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},De=e=>(...t)=>({_$litDirective$:e,values:t}),Oe=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:ke}=Se,Ae=e=>e,je=()=>document.createComment(``),V=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new ke(r.insertBefore(je(),i),r.insertBefore(je(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=Ae(e).nextSibling;Ae(r).insertBefore(e,i),e=t}}}return n},H=(e,t,n=e)=>(e._$AI(t,n),e),Me={},Ne=(e,t=Me)=>e._$AH=t,Pe=e=>e._$AH,U=e=>{e._$AR(),e._$AA.remove()},Fe=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},Ie=De(class extends Oe{constructor(e){if(super(e),e.type!==Ee.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=Pe(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=H(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=H(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=H(i[d],a[m]),V(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=H(i[f],a[p]),V(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=Fe(o,p,m),u=Fe(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=V(e,i[d]);H(t,a[p]),c[p]=t}else c[p]=H(n,a[p]),V(e,i[d],n),i[t]=null;p++}else U(i[f]),f--}else U(i[d]),d++;for(;p<=m;){let t=V(e,c[m+1]);H(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&U(e)}return this.ut=o,Ne(e,c),M}}),Le=250,Re=3e4;function ze(e,t,n,r){let{status:i}=e;if(t>=n)return;if(`error`in e)return e.error instanceof TypeError&&r?Be(t):void 0;if(i!==429&&i!==503&&(!r||i!==502&&i!==504))return;let a=Number(e.headers.get(`Retry-After`)??NaN);return Number.isFinite(a)?a*1e3>Re?void 0:Math.max(a*1e3,Le):r?Be(t):void 0}var Be=e=>Le*2**e*(.5+Math.random());function Ve(e,t){return new Promise((n,r)=>{if(t?.aborted)return r(t.reason);let i=()=>{clearTimeout(a),r(t?.reason)},a=setTimeout(()=>{t?.removeEventListener(`abort`,i),n()},e);t?.addEventListener(`abort`,i,{once:!0})})}function He(e){if(e.has(`Idempotency-Key`))return;let t=crypto.getRandomValues(new Uint8Array(16));e.set(`Idempotency-Key`,Array.from(t,e=>e.toString(16).padStart(2,`0`)).join(``))}var W=class e extends Error{status;problem;retryAfter;name=`ProblemError`;constructor(e,t,n){super(t?.detail??`The server answered ${e}.`),this.status=e,this.problem=t,this.retryAfter=n}get code(){return this.problem?.code}get errors(){return this.problem?.errors??{}}static async of(t){let n=t.headers.get(`content-type`)?.startsWith(`application/problem+json`)?await t.json().catch(()=>void 0):void 0,r=Number(t.headers.get(`retry-after`)??NaN);return new e(t.status,n,Number.isFinite(r)?r:void 0)}},G=250,Ue=15e3,We=45e3;async function*Ge(e,t,n){let r=n.after===void 0?void 0:String(n.after),i=G,a=!1,o=new AbortController,s=()=>o.abort(n.signal?.reason);n.signal?.addEventListener(`abort`,s,{once:!0}),n.signal?.aborted&&s();try{for(;!o.signal.aborted;){let n=new AbortController,s=()=>n.abort();o.signal.addEventListener(`abort`,s,{once:!0});let c=Date.now();try{let o=await e(r,n.signal);a=!0;for await(let e of qe(o,s))r=e.id,i=G,e.event===`resync`&&t(e.data.position),yield e}catch(e){if(o.signal.aborted)return;if(e instanceof W&&Ke(e,a))throw e;e instanceof W&&e.retryAfter!==void 0&&await Ye(e.retryAfter*1e3,o.signal)}finally{o.signal.removeEventListener(`abort`,s),s()}Date.now()-c>Ue&&(i=G),await Ye(i*(.5+Math.random()),o.signal),i=Math.min(i*2,Ue)}}finally{n.signal?.removeEventListener(`abort`,s),o.abort()}}function Ke(e,t){return e.status===429||e.status>=500?!1:e.code!==void 0||!t}async function*qe(e,t){if(e.body===null)return;let n=e.body.pipeThrough(new TextDecoderStream).getReader(),r=``;for(;;){let e=setTimeout(t,We),{done:i,value:a}=await n.read().finally(()=>clearTimeout(e));if(i)return;let o=(r+a).split(`

`);r=o.pop()??``;for(let e of o){let t=Je(e);t!==void 0&&(yield t)}}}function Je(e){let t={};for(let n of e.split(`
`)){let e=n.indexOf(`:`);e>0&&(t[n.slice(0,e)]=n.slice(e+1).replace(/^ /,``))}let{event:n,id:r,data:i}=t;if(n!==void 0&&r!==void 0&&i!==void 0)return{event:n,id:r,data:JSON.parse(i)}}function Ye(e,t){return t.aborted?Promise.resolve():new Promise(n=>{let r=()=>{clearTimeout(i),t.removeEventListener(`abort`,r),n()},i=setTimeout(r,e);t.addEventListener(`abort`,r,{once:!0})})}var Xe=new Set([`get /v1/sites/{site}/articles`,`get /v1/sites/{site}/articles/{articleKey}`,`get /v1/sites/{site}/articles/{articleKey}/comments`,`get /v1/sites/{site}/articles/{articleKey}/comments.atom`,`get /v1/sites/{site}/articles/{articleKey}/comments.html`,`get /v1/sites/{site}/articles/{articleKey}/comments.json`,`get /v1/sites/{site}/articles/{articleKey}/live`,`get /v1/sites/{site}/commenters/{commenterKey}`,`get /v1/sites/{site}/commenters/{commenterKey}/comments`,`get /v1/sites/{site}/commenters/{commenterKey}/comments.atom`,`get /v1/sites/{site}/commenters/{commenterKey}/comments.json`,`get /v1/sites/{site}/comments.atom`,`get /v1/sites/{site}/comments.json`,`get /v1/sites/{site}/comments/{commentId}`,`get /v1/sites/{site}/comments/{commentId}/replies`,`post /v1/sites/{site}/comments/{commentId}/reports`,`get /v1/sites/{site}/counts`,`post /v1/sites/{site}/counts`,`post /v1/sites/{site}/guests`,`get /v1/sites/{site}/reports/{reportId}`,`get /v1/sites/{site}/search`]),Ze=500,Qe=2e3,$e=5e3;function et(){let{navigator:e}=globalThis;if(e?.locks!==void 0&&typeof BroadcastChannel<`u`&&globalThis.document!==void 0)return{locks:e.locks,channel:e=>new BroadcastChannel(e)}}async function*tt(e,t,n,r,i,a){let o=new AbortController,s=()=>o.abort(a?.reason);a?.addEventListener(`abort`,s,{once:!0}),a?.aborted&&s();try{e===void 0?yield*n(i,o.signal):yield*new nt(e,t,n,r,i,o.signal).messages()}finally{a?.removeEventListener(`abort`,s),o.abort()}}var nt=class{#e=Math.random().toString(36).slice(2);#t;#n;#r;#i;#a;#o;#s=[];#c=()=>{};#l;#u;#d=!1;#f;#p;#m;#h;#g=[];#_;#v=0;constructor(e,t,n,r,i,a){this.#t=e.channel(`threadstore ${t}`),[this.#i,this.#r,this.#n,this.#a]=[e,t,n,r],[this.#u,this.#o]=[i,a]}async*messages(){let e=()=>this.#c();this.#o.addEventListener(`abort`,e),this.#t.onmessage=e=>this.#w(e.data),this.#i.locks.request(`threadstore ${this.#r}`,{signal:this.#o},()=>this.#S()).catch(e=>this.#b(e)),this.#C();try{for(;!this.#o.aborted;){let e=this.#s.shift();if(e!==void 0)yield e;else if(this.#l!==void 0)throw this.#l.error;else await new Promise(e=>this.#c=e)}}finally{this.#o.removeEventListener(`abort`,e),clearTimeout(this.#p),this.#D(),this.#t.close()}}#y(e){this.#u=e.id,this.#s.push(e),this.#c()}#b(e){this.#o.aborted||(this.#l={error:e},this.#c())}#x(e){this.#o.aborted||this.#t.postMessage(e)}async#S(){this.#d=!0,clearTimeout(this.#p),this.#D(),this.#_=this.#u;try{for await(let e of this.#n(this.#u,this.#o))this.#y(e),this.#g.push(e),this.#g.length>Ze&&(this.#_=this.#g.shift()?.id),this.#x({kind:`message`,leader:this.#e,number:++this.#v,message:e})}catch(e){this.#b(e)}}#C(){this.#f=void 0,this.#x({kind:`hello`,from:this.#e,after:this.#u}),clearTimeout(this.#p),this.#p=setTimeout(()=>{this.#f===void 0&&!this.#d&&this.#O()},Qe)}#w(e){if(!this.#o.aborted){if(this.#d){if(e.kind===`hello`){let[t,n]=[this.#e,this.#v],{from:r,after:i}=e;this.#x({kind:`welcome`,to:r,after:i,leader:t,number:n,missed:this.#E(i)})}}else if(e.kind===`welcome`&&e.to===this.#e&&e.after===this.#u){if(clearTimeout(this.#p),e.missed===null)return void this.#O();this.#D(),this.#f={leader:e.leader,number:e.number};for(let t of e.missed)this.#T(t)}else if(e.kind===`message`&&this.#f!==void 0){if(e.leader!==this.#f.leader||e.number!==this.#f.number+1)return this.#C();this.#f.number=e.number,this.#T(e.message)}}}#T(e){e.event===`resync`&&this.#a(e.data.position),this.#y(e)}#E(e){if(e===void 0)return[];let t=this.#g.findIndex(t=>t.id===e);return t>=0?this.#g.slice(t+1):this.#_===void 0||Number(e)<Number(this.#_)?null:this.#g.filter(t=>Number(t.id)>Number(e))}#D(){this.#m?.abort(),this.#m=void 0,clearInterval(this.#h)}async#O(){if(this.#m!==void 0)return;let e=this.#m=new AbortController;this.#h=setInterval(()=>this.#x({kind:`hello`,from:this.#e,after:this.#u}),$e);try{for await(let t of this.#n(this.#u,e.signal)){if(e.signal.aborted)return;this.#y(t)}}catch(t){e.signal.aborted||this.#b(t)}}},rt=`/v1/sites/{site}/articles/{articleKey}/comments`,it=`/v1/sites/{site}/comments/{commentId}/replies`,at=`/v1/sites/{site}/articles/{articleKey}/live`,ot=6e4,st=1e3,ct=class{#e;#t=0;#n={position:0,until:0};#r=new Map;constructor(e){this.#e=e}get position(){return this.#t}set position(e){this.#t=Math.max(this.#t,e),this.#n={position:Math.max(this.#n.position,e),until:Date.now()+ot}}get(e,...t){return this.#o(`get`,e,t[0])}post(e,...t){return this.#o(`post`,e,t[0])}put(e,...t){return this.#o(`put`,e,t[0])}patch(e,...t){return this.#o(`patch`,e,t[0])}delete(e,...t){return this.#o(`delete`,e,t[0])}async exchange(e,t,...n){let r=await this.#s(e,t,n[0]??{},!0);return{status:r.status,data:await ut(r),etag:r.headers.get(`ETag`),position:lt(r),location:r.headers.get(`Location`),headers:r.headers}}preview(e,t,n){let r={path:e,body:t,query:{dryRun:!0}};return this.#o(`post`,rt,n===void 0?r:{...r,signal:n})}async*items(e,...t){for await(let n of this.#i(e,t[0]??{}))yield n}async*#i(e,t){let n=t.query?.cursor;do{let r=await this.#o(`get`,e,{...t,query:{...t.query,cursor:n}});yield*this.#a(r.items,t),n=r.nextCursor}while(n!==null)}async*#a(e,t){for(let n of e){if(yield n,n.replies===void 0)continue;yield*this.#a(n.replies.items,t);let e=n.replies.nextCursor;if(e===null)continue;let{sort:r,...i}=t.query??{},a={site:t.path?.site??``,commentId:n.id};yield*this.#i(it,{...t,path:a,query:{...i,cursor:e}})}}watch(e,t={}){let n=this.#d(at,e).href,r=t.after??this.#r.get(n),i=e=>this.position=e,a=(e,t)=>Ge(async(e,t)=>{let r=e===void 0?``:`?after=${encodeURIComponent(e)}`,i=await this.#p(n+r,{signal:t});if(!i.ok)throw await W.of(i);return i},i,e===void 0?{signal:t}:{after:e,signal:t}),o=r===void 0?void 0:String(r);return tt(t.shared===!1?void 0:et(),n,a,i,o,t.signal)}async#o(e,t,n){return await ut(await this.#s(e,t,n??{},!1))}async#s(e,t,n,r){let i=Xe.has(`${e} ${t}`),{query:a={}}=n,o=!i||n.signedIn===!0||a.asOf!=null||a.atPosition!=null,s=await this.#c(e,t,n,i,o);if(s.status===404&&!o&&this.#e.token!==void 0&&(o=!0,s=await this.#c(e,t,n,i,o)),!s.ok&&!(r&&s.status===304))throw await W.of(s);let c=lt(s);return e!==`get`&&!i?this.position=c:this.#t=Math.max(this.#t,c),t===rt&&e===`get`&&a.cursor==null&&this.#f(n,c),s}async#c(e,t,n,r,i){let a=this.#d(t,n.path??{});for(let[e,t]of Object.entries(n.query??{}))for(let n of Array.isArray(t)?t:[t])n!=null&&a.searchParams.append(e,String(n));e===`get`&&this.#n.position>0&&Date.now()<this.#n.until&&a.searchParams.set(`minPosition`,String(this.#n.position));let o=new Headers;for(let[e,t]of Object.entries(n.headers??{}))t!==void 0&&o.set(e,String(t));e===`post`&&!r&&He(o);let s={method:e.toUpperCase(),headers:o};n.body!==void 0&&(o.set(`Content-Type`,`application/json`),s.body=JSON.stringify(n.body)),n.signal!==void 0&&(s.signal=n.signal);let c=e!==`patch`||o.has(`If-Match`),l;for(let e=0;;e++){let t=i?await this.#u(l!==void 0):void 0;t!==void 0&&o.set(`Authorization`,`Bearer ${t}`);let r=await this.#l(a,s);if(r.status===401&&l===void 0&&t!==void 0&&typeof this.#e.token==`function`){l=t,e--;continue}let u=ze(r,e,this.#e.retries??3,c);if(u===void 0){if(r instanceof Response)return r;throw r.error}await Ve(u,n.signal)}}async#l(e,t){try{return await this.#p(e,t)}catch(e){return{status:0,error:e}}}async#u(e){let{token:t}=this.#e;return typeof t==`function`?await t({refused:e}):t}#d(e,t){let n=this.#e.baseUrl.replace(/\/+$/,``)+dt(e,t);return new URL(n,globalThis.location?.href)}#f(e,t){let n=this.#d(at,e.path??{}).href;this.#r.delete(n),this.#r.set(n,t);let[r]=this.#r.keys();this.#r.size>st&&r!==void 0&&this.#r.delete(r)}#p(e,t){return(this.#e.fetch??globalThis.fetch)(e,t)}},lt=e=>Number(e.headers.get(`ThreadStore-Position`)??0)||0;async function ut(e){if(e.headers.get(`content-type`)?.startsWith(`application/json`))return e.json();let t=await e.text();return t===``?void 0:t}function dt(e,t){return e.replace(/\{(\w+)\}/g,(n,r)=>{let i=t[r];if(i===void 0)throw TypeError(`${e} needs ${r}.`);return encodeURIComponent(i)})}var K=class extends B{static{this.properties={thread:{attribute:!1}}}createRenderRoot(){return this}get speech(){return this.thread.speech}get discussion(){return this.thread.discussion}async focusOn(e){await this.updateComplete,this.querySelector(e)?.focus()}},ft=(()=>{let e=globalThis.trustedTypes;try{let t=e?.createPolicy(`thread-store`,{createHTML:e=>e});return t===void 0?e=>e:e=>t.createHTML(e)}catch{return e=>e}})();function q(e,t){customElements.get(e)===void 0&&customElements.define(e,t)}var pt=[`spam`,`offensive`,`harassment`,`misinformation`,`illegal`,`offTopic`,`other`],mt={author:`byAuthor`,moderator:`byModerator`,rule:`byRule`},ht=class extends K{static{this.properties={...K.properties,item:{attribute:!1},open:{state:!0},problem:{state:!0},said:{state:!0},isUnhidden:{state:!0},isBusy:{state:!0}}}constructor(){super(),[this.said,this.isUnhidden,this.isBusy]=[``,!1,!1]}willUpdate(){let{item:e}=this;e.redraw=()=>{let t=this.querySelector(`:scope > article`);e.comment.html===null&&t!==null&&t.style.minHeight===``&&(t.style.minHeight=`${t.offsetHeight}px`),this.requestUpdate()},e.reveal=()=>void this.#e()}async#e(){await this.updateComplete;let e=this.querySelector(`:scope > article`);e?.scrollIntoView({block:`center`}),e?.focus({preventScroll:!0})}get#t(){return this.item.comment.id}get#n(){return this.item.comment.author?.name??this.speech.say(`somebody`)}get#r(){let{author:e}=this.item.comment;return!this.isUnhidden&&e!==null&&this.discussion.own?.ignored.includes(e.key)===!0}render(){let{item:e,speech:t}=this,{comment:n}=e,r=n.author===null?this.#i():t.say(`commentBy`,{name:this.#n});return j`
      <article id="comment-${this.#t}" part="comment" class=${n.featured?`comment featured`:`comment`}
        tabindex="-1" aria-label=${r}>
        ${n.author===null?j`<p class="removed">${this.#i()}</p>`:this.#r?this.#a():this.#o()}
      </article>
      ${this.open===`reply`?j`<ts-composer .thread=${this.thread} .kind=${`reply`} .item=${e} .done=${()=>this.#m(`reply`)}></ts-composer>`:N}
      ${e.replies.length===0&&e.next===null?N:j`<ol class="replies" part="replies">
            ${Ie(e.replies,e=>e.comment.id,e=>j`<li><ts-comment .thread=${this.thread} .item=${e}></ts-comment></li>`)}
          </ol>`}
      ${e.next===null?N:j`<button class="more" part="button" ?disabled=${this.isBusy} @click=${this.#C}>${t.say(`moreReplies`)}</button>`}
    `}#i(){return this.speech.say(mt[this.item.comment.removedBy??`moderator`])}#a(){return j`<p class="removed">
      ${this.speech.say(`ignored`,{name:this.#n})}
      <button part="button" @click=${()=>this.isUnhidden=!0}>${this.speech.say(`unignore`,{name:this.#n})}</button>
    </p>`}#o(){let{speech:e}=this,{comment:t}=this.item,n=t.depth>0?this.discussion.tree.find(t.parentId)?.comment.author:void 0;return j`
      <header>
        <h3 part="author"><bdi>${this.#n}</bdi></h3>
        ${t.author?.badges.map(e=>j`<span class="badge" part="badge">${e}</span>`)}
        <a part="time" href=${this.thread.linkTo(this.#t)}
          ><time datetime=${t.createdAt} title=${e.time(t.createdAt)} .textContent=${e.ago(t.createdAt)}></time></a>
        ${t.editedAt===null?N:j`<span title=${e.time(t.editedAt)}>${e.say(`edited`)}</span>`}
        ${t.featured?j`<span class="badge" part="badge">${e.say(`featured`)}</span>`:N}
        ${n==null?N:j`<span class="above">${e.say(`inReplyTo`,{name:n.name})}</span>`}
      </header>
      ${t.state===`published`?N:j`<p class="note">${e.say(t.state===`pending`?`onlyYouPending`:`onlyYouRejected`)}</p>`}
      ${this.open===`edit`?j`<ts-composer .thread=${this.thread} .kind=${`edit`} .item=${this.item} .done=${()=>this.#m(`more`)}></ts-composer>`:j`<div class="text" part="body" dir="auto" .innerHTML=${ft(t.html??``)}></div>`}
      ${this.#s()} ${this.#l()}
    `}#s(){let{discussion:e,speech:t,item:n}=this,{comment:r}=n,i=Object.entries(e.article?.rules.reactions??{}).sort(([,e],[,t])=>t-e).map(([e])=>e),a=e.isOpen&&r.state===`published`&&!r.locked&&r.depth<(e.article?.rules.maxDepth??1/0)&&e.own?.locked.includes(r.id)!==!0;return j`<div class="actions">
      ${r.state===`published`?i.map(e=>this.#c(e)):N}
      ${a&&e.article!==void 0?j`<button part="button" aria-expanded=${this.open===`reply`} aria-label=${t.say(`replyTo`,{name:this.#n})}
            data-toggle="reply" @click=${()=>this.#g()}>${t.say(`reply`)}</button>`:N}
      ${e.article===void 0?N:j`<button part="button" aria-expanded=${this.open===`more`} aria-label=${t.say(`more`,{name:this.#n})}
            data-toggle="more" @click=${()=>this.#p(`more`)}>⋯</button>`}
      ${n.fresh.length===0?N:j`<button class="fresh" part="fresh" @click=${this.#S}>${t.count(`newReplies`,n.fresh.length)}</button>`}
    </div>`}#c(e){let{comment:t}=this.item,{own:n,article:r}=this.discussion,i=r?.rules.reactions[e]??0,a=e===`like`||e===`dislike`?this.speech.say(e):e,o=n?.reactions[t.id]===e,s=i>0?`▲`:i<0?`▼`:``,c=e===`like`||e===`dislike`;return j`<button part="reaction" class="reaction" title=${a} aria-pressed=${o}
      ?disabled=${n!==void 0&&(n.commenter.key===t.author?.key||!n.can.react.allowed)}
      @click=${()=>this.#y(e)}
      >${c?j`<span aria-hidden="true">${s}</span><span class="unseen">${a}</span>`:j`<span>${a}</span>`}
      <span>${this.speech.number(t.reactions[e]??0)}</span></button>`}#l(){let{speech:e}=this,t=this.problem===void 0?N:this.problem instanceof W&&this.problem.status===401?j`${e.say(`sessionOver`)} <button part="button" @click=${()=>this.thread.askSignIn()}>${e.say(`signIn`)}</button>`:e.problem(this.problem);return j`
      ${this.problem===void 0?N:j`<p class="problem" role="alert">${t}</p>`}
      ${this.said===``?N:j`<p class="note">${this.said}</p>`}
      ${this.open===`more`?this.#u():this.open===`report`?this.#d():this.open===`remove`?this.#f():N}
    `}#u(){let{speech:e,discussion:t}=this,{comment:n}=this.item,{own:r}=t,i=r!==void 0&&r.commenter.key===n.author?.key,a=n.author!==null&&r?.ignored.includes(n.author.key)===!0,o=r?.can.edit[n.id],s=(e,t)=>j`<button part="button" @click=${t}>${e}</button>`;return j`<div class="menu" part="menu" role="group" aria-label=${e.say(`more`,{name:this.#n})} @keydown=${this.#h}>
      ${o!==void 0&&new Date(o)>new Date?s(e.say(`edit`),()=>this.#p(`edit`,`textarea`)):N}
      ${r?.can.delete.includes(n.id)?s(e.say(`remove`),()=>this.#p(`remove`,`.menu button`)):N}
      ${i?N:r?.flags.includes(n.id)?j`<span class="note">${e.say(`reported`)}</span>`:s(e.say(`report`),()=>this.#_())}
      ${s(e.say(`copyLink`),()=>this.#x())}
      ${r===void 0||i?N:s(e.say(a?`unignore`:`ignore`,{name:this.#n}),()=>this.#v(()=>t.ignore(n.author.key,!a)))}
    </div>`}#d(){let{speech:e}=this;return j`<form class="menu report" @submit=${this.#b} @keydown=${this.#h}>
      <fieldset>
        <legend>${e.say(`reportWhy`)}</legend>
        ${pt.map(t=>j`<label><input type="radio" name="reason" value=${t} required /> ${e.say(t)}</label>`)}
      </fieldset>
      <label class="field"><span class="label">${e.say(`reportNote`)}</span><textarea part="textarea" name="note" dir="auto" rows="2" maxlength="1000"></textarea></label>
      <div class="actions">
        <button class="primary" part="primary" ?disabled=${this.isBusy}>${e.say(`reportSend`)}</button>
        <button type="button" part="button" @click=${()=>this.#m(`more`)}>${e.say(`cancel`)}</button>
      </div>
    </form>`}#f(){let{speech:e,discussion:t,item:n}=this;return j`<div class="menu" role="group" aria-label=${e.say(`removeSure`)} @keydown=${this.#h}>
      <span>${e.say(`removeSure`)}</span>
      <button class="primary" part="primary" ?disabled=${this.isBusy} @click=${()=>this.#v(async()=>{await t.remove(n),this.thread.announce(e.say(`gone`)),n.reveal?.()})}>${e.say(`remove`)}</button>
      <button part="button" @click=${()=>this.#m(`more`)}>${e.say(`cancel`)}</button>
    </div>`}#p(e,t){this.open=this.open===e?void 0:e,this.said=``,this.open!==void 0&&t!==void 0&&this.focusOn(`:scope > article ${t}`)}#m(e){this.open=void 0,this.focusOn(`:scope > article [data-toggle="${e}"]`)}#h=e=>{e.key===`Escape`&&this.#m(`more`)};#g(){if(!this.discussion.isSignedIn)return this.thread.askSignIn();this.#p(`reply`),this.open===`reply`&&this.focusOn(`:scope > ts-composer textarea`)}#_(){if(!this.discussion.isSignedIn)return this.thread.askSignIn();this.#p(`report`,`input`)}async#v(e){if(!this.isBusy){[this.problem,this.isBusy]=[void 0,!0];try{await e(),this.open=void 0}catch(e){this.problem=e}finally{this.isBusy=!1}}}#y(e){if(!this.discussion.isSignedIn)return this.thread.askSignIn();this.problem=void 0,this.discussion.react(this.item,e).catch(e=>this.problem=e)}#b=e=>{e.preventDefault();let t=new FormData(e.target);this.#v(async()=>{await this.discussion.flag(this.item,t.get(`reason`),String(t.get(`note`)??``)),this.said=this.speech.say(`reported`),this.thread.announce(this.said),this.focusOn(`:scope > article [data-toggle="more"]`)})};async#x(){await navigator.clipboard?.writeText(this.thread.linkTo(this.#t)).catch(()=>{}),this.open=void 0,this.said=this.speech.say(`copied`),this.thread.announce(this.said)}#S=()=>{let[e]=this.discussion.showFreshReplies(this.item);this.updateComplete.then(()=>e?.reveal?.())};#C=async()=>{await this.#v(async()=>{let[e]=await this.discussion.moreReplies(this.item);await this.updateComplete,e?.reveal?.()})}},J=new Map,gt=class{#e;constructor(...e){this.#e=`thread-store:${e.map(encodeURIComponent).join(`/`)}`}read(){try{let e=J.get(this.#e)??localStorage.getItem(this.#e),t=e?JSON.parse(e):void 0;return typeof t?.body==`string`?t:{body:``}}catch{return{body:``}}}write(e){let t=JSON.stringify(e);try{e.body===``?localStorage.removeItem(this.#e):localStorage.setItem(this.#e,t),J.delete(this.#e)}catch{J.set(this.#e,t)}}clear(){J.delete(this.#e),this.write({body:``})}};function _t(e){if(e.sent?.body===e.body)return e.sent.key;let t=Array.from(crypto.getRandomValues(new Uint8Array(16)),e=>e.toString(16).padStart(2,`0`)).join(``);return e.sent={body:e.body,key:t},t}var vt=class extends K{static{this.properties={...K.properties,kind:{attribute:!1},item:{attribute:!1},problem:{state:!0},prospect:{state:!0},shown:{state:!0},isBusy:{state:!0},length:{state:!0}}}#e;#t;constructor(){super(),this.done=()=>{},this.#c=e=>{let{value:t}=e.target;this.#t={...this.#t,body:t},this.#e.write(this.#t),this.length=[...t].length,[this.prospect,this.problem,this.shown]=[void 0,void 0,`text`]},this.#l=e=>{e.key===`Enter`&&(e.ctrlKey||e.metaKey)?this.#f(e):e.key===`Escape`&&this.kind!==`comment`&&this.#u()},this.#d=async()=>{this.shown===`preview`?(this.shown=`text`,this.focusOn(`textarea`)):await this.#p(async()=>{await this.#m(),this.shown=`preview`,await this.focusOn(`.preview`)})},this.#f=async e=>{e.preventDefault(),await this.#p(async()=>{if(!this.#s&&this.shown!==`advice`){let{state:e}=await this.#m();if(e!==`published`){this.shown=`advice`;return}}await(this.kind===`edit`?this.#g():this.#h())})},[this.kind,this.shown,this.isBusy,this.length]=[`comment`,`text`,!1,0]}connectedCallback(){super.connectedCallback();let{site:e,articleKey:t}=this.discussion.place,n=this.item?.comment.id??``;this.#e=new gt(e,t,...this.kind===`comment`?[]:[this.kind,n]),this.#t=this.#e.read(),this.kind===`edit`&&this.#t.body===``&&(this.#t={body:this.item?.comment.body??``}),this.length=[...this.#t.body].length}get#n(){return this.item?.comment.author?.name??this.speech.say(`somebody`)}get#r(){return this.discussion.article?.rules.maxCommentLength??1/0}render(){let{speech:e}=this,t=this.kind===`comment`?e.say(`write`):this.kind===`edit`?e.say(`writeEdit`):e.say(`writeReply`,{name:this.#n}),n=this.length-this.#r;return j`<form class="composer" part="composer" novalidate @submit=${this.#f} @keydown=${this.#l}>
      <label class="field" ?hidden=${this.shown===`preview`}>
        <span class="label">${t}</span>
        <textarea
          part="textarea"
          dir="auto"
          rows="3"
          .value=${this.#t.body}
          @input=${this.#c}
          aria-invalid=${n>0?`true`:N}
        ></textarea>
      </label>
      ${this.shown===`preview`?j`<div class="preview text" role="group" aria-label=${e.say(`preview`)} tabindex="-1" dir="auto"
            .innerHTML=${ft(this.prospect?.html??``)}></div>`:N}
      ${this.shown===`advice`?this.#i():N}
      ${this.problem===void 0?N:j`<p class="problem" role="alert">${this.#a()}</p>`}
      <div class="actions">
        <button class="primary" part="primary" type="submit" ?disabled=${this.isBusy}>
          ${e.say(this.#o?`retry`:this.shown===`advice`?`anyway`:this.kind===`edit`?`save`:`post`)}
        </button>
        <button type="button" part="button" ?disabled=${this.isBusy} @click=${this.#d}>
          ${e.say(this.shown===`preview`?`goOn`:`preview`)}
        </button>
        ${this.kind===`comment`?N:j`<button type="button" part="button" @click=${()=>this.#u()}>${e.say(`cancel`)}</button>`}
        <small class="hint">${n>0?j`<strong role="status">${e.count(`tooMany`,n)}</strong>`:n>-200?e.count(`left`,-n):e.say(`hint`)}</small>
      </div>
    </form>`}#i(){let e=this.prospect?.state===`rejected`;return j`<p class="advice" role="alert">${this.speech.say(e?`rejectedAdvice`:`heldAdvice`)}</p>`}#a(){let{problem:e,speech:t}=this;return typeof e==`string`?e:e instanceof W&&e.status===401?j`${t.say(`sessionOver`)}
      <button type="button" part="button" @click=${()=>this.thread.askSignIn()}>${t.say(`signIn`)}</button>`:t.problem(e)}get#o(){let{problem:e}=this;return e===void 0||typeof e==`string`?!1:!(e instanceof W)||e.status>=500}get#s(){return this.#t.sent?.body===this.#t.body}#c;#l;#u(){this.kind===`edit`&&this.#e.clear(),this.done()}#d;#f;async#p(e){if(!this.isBusy){if(this.problem=void 0,this.#t.body.trim()===``)this.problem=this.speech.say(`writeFirst`),this.focusOn(`textarea`);else{this.isBusy=!0;try{await e()}catch(e){this.problem=e,e instanceof W&&e.status<500&&delete this.#t.sent,this.#e.write(this.#t),e instanceof W&&e.code===`discussion-closed`&&this.discussion.loadArticle()}finally{this.isBusy=!1}}}}async#m(){let e=this.kind===`edit`?this.item?.comment.parentId:this.item?.comment.id;return this.prospect??=await this.discussion.check(this.#t.body,e??null)}async#h(){let e=_t(this.#t);this.#e.write(this.#t);let t=await this.discussion.post(this.#t.body,this.item?.comment.id??null,e);this.#_(),this.thread.posted(t.comment),this.thread.announce(this.speech.say(t.comment.state===`published`?`posted`:`held`)),this.done(t),await this.updateComplete,t.reveal?.()}async#g(){await this.discussion.edit(this.item,this.#t.body),this.#_(),this.thread.announce(this.speech.say(`saved`)),this.done()}#_(){this.#e.clear(),this.#t={body:``},[this.prospect,this.shown,this.length]=[void 0,`text`,0],this.requestUpdate()}},yt=class{#e=new Map;find(e){return e==null?void 0:this.#e.get(e)}take(e){let t=this.#e.get(e.id);return t===void 0?(t={comment:e,replies:[],next:null,fresh:[]},this.#e.set(e.id,t),!(`replies`in e)&&e.replyCount>0&&(t.next=``)):this.update(t,e),`replies`in e&&this.extend(t,e.replies),t}extend(e,t){let n=Y(e.replies,t.items.map(e=>this.take(e)));return e.replies=[...e.replies,...n],e.fresh=Y(e.replies,e.fresh),e.next=t.nextCursor,e.redraw?.(),n}update(e,t){t.version<e.comment.version||(e.comment=t,e.redraw?.())}all(){return this.#e.values()}};function Y(e,t){let n=new Set(e);return t.filter(e=>!n.has(e))}var X=`/v1/sites/{site}/articles/{articleKey}`,Z=`/v1/sites/{site}/comments/{commentId}`,bt=class{constructor(e,t,n,r,i){this.api=e,this.place=t,this.sort=n,this.isSignedIn=r,this.stage=i,this.tree=new yt,this.items=[],this.fresh=[],this.waiting=[],this.next=null,this.isGone=!1}get isOpen(){return this.article?.discussion!==`closed`}get isReady(){return this.count!==void 0}async load(e){let[t]=await Promise.all([this.#r(null),e===void 0?void 0:this.#i(e)]);this.items=t.items.map(e=>this.tree.take(e)),this.linked!==void 0&&(this.items=[this.linked,...Y([this.linked],this.items)]),this.next=t.nextCursor,this.counted(t.commentCount),await Promise.all([this.loadArticle(),this.loadOwn()])}async loadArticle(){this.article=await this.api.get(X,{path:this.place}),this.redrawAll()}async loadOwn(){if(!this.isSignedIn)return;let e=await this.api.get(`${X}/me`,{path:this.place});this.own=e;for(let t of e.own)this.#e(t);this.redrawAll()}#e(e){let t=this.tree.find(e.id);if(t!==void 0)return this.tree.update(t,e);let n=this.tree.take(e);e.state===`published`?this.insert(n):this.waiting=[...this.waiting,n]}async more(){let e=await this.#r(this.next),t=Y(this.items,e.items.map(e=>this.tree.take(e)));return this.items=[...this.items,...t],this.fresh=Y(this.items,this.fresh),this.next=e.nextCursor,this.counted(e.commentCount),t}async moreReplies(e){let t={site:this.place.site,commentId:e.comment.id},n=e.next?{cursor:e.next}:{};return this.tree.extend(e,await this.api.get(`${Z}/replies`,{path:t,query:n}))}showFresh(){let e=this.fresh;return this.items=[...e,...Y(e,this.items)],this.fresh=[],this.stage.redraw(),e}showWaiting(){let e=this.waiting;this.waiting=[];for(let t of e)this.insert(t);return e}showFreshReplies(e){let t=e.fresh;return e.replies=[...e.replies,...Y(e.replies,t)],e.fresh=[],e.redraw?.(),t}insert(e){let t=this.tree.find(e.comment.parentId);t===void 0?(this.items=[e,...Y([e],this.items)],this.fresh=Y([e],this.fresh)):(t.replies=[...t.replies,...Y(t.replies,[e])],t.fresh=Y([e],t.fresh),t.redraw?.()),this.stage.redraw()}counted(e){e!==this.count&&(this.count=e,this.stage.counted(e),this.stage.redraw())}check(e,t){return this.api.preview(this.place,{body:e,parentId:t})}async post(e,t,n){let r=this.count,i=await this.api.post(`${X}/comments`,{path:this.place,body:{body:e,parentId:t},headers:{"Idempotency-Key":n}}),a=i.state===`published`&&this.tree.find(i.id)===void 0,o=this.tree.take(i),s=this.tree.find(t);return s!==void 0&&a&&this.tree.update(s,{...s.comment,replyCount:s.comment.replyCount+1}),this.insert(o),a&&this.count===r&&this.counted((r??0)+1),this.loadOwn().catch(()=>{}),o}async edit(e,t){let n=await this.api.patch(Z,{path:this.#n(e),body:{body:t},headers:{"If-Match":`"${e.comment.version}"`}});this.tree.update(e,n),this.loadOwn().catch(()=>{})}async remove(e){await this.api.delete(Z,{path:this.#n(e)}),this.bury(e,{...e.comment,state:`deleted`,removedBy:`author`,version:e.comment.version+1})}bury(e,t){this.tree.update(e,{...t,author:null,body:null,html:null,reactions:{}})}async react(e,t){let{id:n}=e.comment,r=this.own;if(r===void 0)return;let i=r.reactions[n],a=e.comment,o={...a.reactions},s=(e,t)=>o[e]=Math.max(0,(o[e]??0)+t);i!==void 0&&s(i,-1),i!==t&&s(t,1),this.#t(e,o,i===t?void 0:t);let c={...this.#n(e),kind:t},l=i===t?void 0:t,u=(e.turn??Promise.resolve()).catch(()=>{}).then(()=>l===void 0?this.api.delete(`${Z}/reactions/{kind}`,{path:c}):this.api.put(`${Z}/reactions/{kind}`,{path:c}));e.turn=u;try{let t=await u;e.turn===u&&this.#t(e,t.reactions,l)}catch(t){throw e.turn===u&&this.#t(e,a.reactions,i),t}}#t(e,t,n){n===void 0?delete this.own?.reactions[e.comment.id]:this.own!==void 0&&(this.own.reactions[e.comment.id]=n),this.tree.update(e,{...e.comment,reactions:t})}async flag(e,t,n){await this.api.post(`${Z}/flags`,{path:this.#n(e),body:{reason:t,note:n||null}}),this.own?.flags.push(e.comment.id),e.redraw?.()}async ignore(e,t){let n={site:this.place.site,commenterKey:e};t?await this.api.put(`/v1/sites/{site}/me/ignored/{commenterKey}`,{path:n}):await this.api.delete(`/v1/sites/{site}/me/ignored/{commenterKey}`,{path:n}),await this.loadOwn()}get takesGuests(){return this.article!==void 0&&`guests`in this.article.rules}async becomeGuest(e,t){let n={name:e,...t===void 0?{}:{challenge:t}};return(await this.api.post(`/v1/sites/{site}/guests`,{path:{site:this.place.site},body:n})).token}async acknowledge(){await this.api.post(`/v1/sites/{site}/me/acknowledge`,{path:{site:this.place.site}}),await this.loadOwn()}#n(e){return{site:this.place.site,commentId:e.comment.id}}#r(e){return this.api.get(`${X}/comments`,{path:this.place,query:{sort:this.sort,...e?{cursor:e}:{}}})}async#i(e){try{let{ancestors:t,...n}=await this.api.get(Z,{path:{site:this.place.site,commentId:e}});if(n.article!==this.place.articleKey)return;let[r,...i]=[...t,n].map(e=>this.tree.take(e));this.linked=r;let a=r;for(let e of i)a!==void 0&&(a.replies=[e]),a=e}catch(e){if(!(e instanceof W))throw e}}redrawAll(){for(let e of this.tree.all())e.redraw?.();this.stage.redraw()}},xt=6e4,St=class{#e;#t;constructor(e,t,n=()=>{}){this.source=t,this.refused=n,this.#e=e||void 0}get isSignedIn(){return this.#e!==void 0||this.source!==void 0}async token(e){return this.source===void 0?(e.refused&&this.refused(),this.#e):this.#e!==void 0&&!e.refused&&Date.now()<Ct(this.#e)-xt?this.#e:(this.#t??=Promise.resolve(this.source()).finally(()=>this.#t=void 0),this.#e=await this.#t||void 0)}};function Ct(e){try{let t=e.split(`.`)[1].replace(/-/g,`+`).replace(/_/g,`/`);return(JSON.parse(atob(t)).exp??1/0)*1e3}catch{return 1/0}}var wt=class{#e;#t;constructor(e,t){this.#e=`thread-store-guest:${e} ${t}`;try{let e=JSON.parse(localStorage.getItem(this.#e)??`null`);typeof e?.token==`string`&&typeof e.name==`string`&&(this.#t=e)}catch{}}get known(){return this.#t!==void 0&&Date.now()<Ct(this.#t.token)?this.#t:void 0}begin(e){this.#t=e;try{localStorage.setItem(this.#e,JSON.stringify(e))}catch{}}end(){this.#t=void 0;try{localStorage.removeItem(this.#e)}catch{}}};async function Tt(e,t){for await(let n of e.api.watch(e.place,{signal:t}))n.event===`resync`?await Dt(e):Et(e,n)}function Et(e,t){let{tree:n,stage:r,article:i}=e;switch(t.event){case`comment-published`:{let i=n.find(t.data.id);if(i!==void 0)return n.update(i,t.data);let a=n.find(t.data.parentId);t.data.parentId===null?(e.fresh=[n.take(t.data),...e.fresh],r.redraw()):a!==void 0&&(n.update(a,{...a.comment,replyCount:a.comment.replyCount+1}),a.next===null&&(a.fresh=[...a.fresh,n.take(t.data)]),a.redraw?.());break}case`comment-edited`:case`reactions-changed`:{let e=n.find(t.data.id);e!==void 0&&n.update(e,t.data);break}case`comment-removed`:{let i=n.find(t.data.id);if(i===void 0)break;e.fresh=e.fresh.filter(e=>e!==i);let a=n.find(i.comment.parentId);a!==void 0&&(a.fresh=a.fresh.filter(e=>e!==i),n.update(a,{...a.comment,replyCount:Math.max(0,a.comment.replyCount-1)})),e.bury(i,t.data),r.redraw();break}case`count-changed`:e.counted(t.data.commentCount);break;case`discussion-closed`:case`discussion-opened`:i!==void 0&&(e.article={...i,discussion:t.data.discussion}),r.redraw();for(let e of n.all())e.redraw?.()}}async function Dt(e){let{api:t,place:n,tree:r}=e,i=await t.get(`/v1/sites/{site}/articles/{articleKey}/comments`,{path:n}),a=i.items.map(e=>r.take(e));e.fresh=Y(e.items,a),e.counted(i.commentCount),await e.loadArticle()}var Ot={"bad-request":`unreadable`,validation:`invalid`,"bad-cursor":`unreadable`,unauthorized:`unauthorized`,"token-revoked":`unauthorized`,forbidden:`forbidden`,"not-found":`notFound`,"method-not-allowed":`unreadable`,"too-large":`tooLarge`,"idempotency-conflict":`conflict`,"uri-too-long":`tooLarge`,"headers-too-large":`tooLarge`,"rate-limited":`tooFast`,"site-not-found":`noArticle`,"article-not-found":`noArticle`,"article-exists":`conflict`,"article-withdrawn":`noArticle`,"comment-not-found":`noComment`,"comment-deleted":`noComment`,"commenter-not-found":`notFound`,"not-in-good-standing":`standing`,"slow-mode":`slowMode`,"warning-not-acknowledged":`warned`,"not-entitled":`notEntitled`,"challenge-failed":`challenge`,"discussion-closed":`closed`,"parent-not-available":`noParent`,"branch-locked":`locked`,"too-deep":`tooDeep`,"duplicate-comment":`duplicate`,"own-comment":`ownComment`,"edit-window-over":`tooLate`,"stale-version":`stale`,"not-published":`conflict`,"not-undoable":`conflict`,"not-enough-decisions":`conflict`,"model-not-found":`notFound`,"decision-not-found":`notFound`,"nothing-to-appeal":`conflict`,"already-appealed":`conflict`,"appeal-not-found":`notFound`,erased:`conflict`,"erasure-not-found":`notFound`,"import-not-found":`notFound`,"webhook-not-found":`notFound`,"delivery-not-found":`notFound`,"report-not-found":`notFound`,"appeal-closed":`conflict`,internal:`internal`,busy:`busy`,unavailable:`busy`,behind:`busy`},kt={comments:{one:`# comment`,other:`# comments`},newComments:{one:`# new comment`,other:`# new comments`},newReplies:{one:`# new reply`,other:`# new replies`},waiting:{one:`# comment of yours waits for a moderator`,other:`# comments of yours wait for a moderator`},left:{one:`# character left`,other:`# characters left`},tooMany:{one:`# character too many`,other:`# characters too many`},unread:{one:`# unread`,other:`# unread`},sortBy:`Sort by`,newest:`newest`,oldest:`oldest`,best:`best`,hot:`hot`,controversial:`controversial`,replies:`most replies`,loading:`Loading the discussion …`,loadFailed:`The discussion can’t be loaded at present.`,retry:`Try again`,moreComments:`More comments`,moreReplies:`More replies`,empty:`No comments yet. Be the first to write one.`,write:`Your comment`,writeReply:`Your reply to {name}`,writeEdit:`Edit your comment`,hint:`**bold**, *emphasis*, > quote, - list`,post:`Post`,save:`Save`,cancel:`Cancel`,preview:`Preview`,goOn:`Go on writing`,writeFirst:`Write something first.`,heldAdvice:`As it stands, a moderator will look at this before others can read it. You can change it, or post it all the same.`,rejectedAdvice:`As it stands, this will not be published. Please think again about how you say it.`,anyway:`Post it all the same`,posted:`Your comment is posted.`,held:`Thank you. A moderator will look at your comment first.`,saved:`Your change is saved.`,gone:`Your comment is deleted.`,signIn:`Sign in to comment`,sessionOver:`Your session has ended. What you wrote is kept.`,guestName:`Your name`,guestStart:`Write as a guest`,guestAs:`You write as {name}.`,guestEnd:`Write under another name`,reply:`Reply`,replyTo:`Reply to {name}`,inReplyTo:`in reply to {name}`,commentBy:`Comment by {name}`,somebody:`Somebody`,more:`More about the comment by {name}`,edit:`Edit`,remove:`Delete`,removeSure:`Delete your comment for good?`,report:`Report`,reportWhy:`What is wrong with this comment?`,reportNote:`Anything moderators should know (optional)`,reportSend:`Send the report`,reported:`Thank you. Moderators will look at it.`,spam:`It is spam`,offensive:`It is offensive`,harassment:`It harasses somebody`,misinformation:`It spreads falsehoods`,illegal:`It is illegal`,offTopic:`It is off topic`,other:`Something else`,copyLink:`Copy link`,copied:`The link is copied.`,ignore:`Ignore {name}`,unignore:`Show {name} again`,ignored:`Hidden, since you ignore {name}`,like:`Like`,dislike:`Dislike`,edited:`edited`,featured:`Editors’ pick`,onlyYouPending:`Only you see this until a moderator has looked at it.`,onlyYouRejected:`Only you see this: it was not published.`,byAuthor:`Deleted by its author`,byModerator:`Removed by a moderator`,byRule:`Removed by a rule of this site`,linked:`The comment that a link led to`,offline:`You are offline. What you write is kept.`,online:`You are online again.`,warned:`The moderators wrote to you:`,acknowledge:`I have read it`,until:`Until {time}.`,inbox:`Notifications`,inboxEmpty:`Nothing yet.`,gotReply:`{name} replied to you`,gotMention:`{name} mentioned you`,gotFeatured:`Your comment is an editors’ pick`,gotDecision:`A moderator decided on your comment`,gotAppeal:`Your appeal was decided`,gotWarning:`A message from the moderators`,unreadable:`The server did not understand this. Reload the page and try again.`,invalid:`The text can’t be taken as it is: it is empty, too long, or has characters that can’t be stored.`,unauthorized:`Please sign in again. What you wrote is kept.`,forbidden:`You may not do this here.`,notFound:`There is nothing here any more.`,tooLarge:`This is too long for the server.`,tooFast:`That was a lot at once. Wait a moment, then try again.`,slowMode:`This discussion goes slowly: wait a little before you write again.`,noArticle:`This article is not there any more. What you wrote is kept.`,noComment:`This comment is not there any more.`,standing:`You may not write here at present.`,notEntitled:`Your account does not include comments.`,challenge:`Show that you are a person first.`,closed:`The discussion is closed.`,noParent:`The comment that you reply to is not there any more. What you wrote is kept.`,locked:`Nobody can reply here any more.`,tooDeep:`Replies can’t go deeper here. Reply to a comment further up.`,duplicate:`You have just posted the same text.`,ownComment:`This is your own comment.`,tooLate:`It is too late to edit this comment.`,stale:`The comment has changed meanwhile. Look at it again before you save.`,conflict:`This can’t be done as things stand now.`,internal:`Something went wrong on the server. What you wrote is kept.`,busy:`The server is busy. Try again in a moment.`,unreachable:`The server can’t be reached. What you wrote is kept.`},At=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),jt=function(e,t){return new URL(e,t).href},Mt={},Nt=function(e){return e.pathname.endsWith(`.css`)},Pt=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},Q=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=jt(t,n);let r=s(t),i=Nt(r);return Pt(Mt,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:At,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},Ft={ar:()=>Q(()=>import(`./assets/ar-DBUAflp6.js`),[],import.meta.url),de:()=>Q(()=>import(`./assets/de-DsG8JjGc.js`),[],import.meta.url),es:()=>Q(()=>import(`./assets/es-L1R7jpYv.js`),[],import.meta.url),fr:()=>Q(()=>import(`./assets/fr-jJTxz-l3.js`),[],import.meta.url),it:()=>Q(()=>import(`./assets/it-nI0JxXpR.js`),[],import.meta.url),ja:()=>Q(()=>import(`./assets/ja-eMKdkgAc.js`),[],import.meta.url),nl:()=>Q(()=>import(`./assets/nl-DT2RANug.js`),[],import.meta.url),pl:()=>Q(()=>import(`./assets/pl-N4pPE4mE.js`),[],import.meta.url),pt:()=>Q(()=>import(`./assets/pt-Xxm7HbAs.js`),[],import.meta.url),zh:()=>Q(()=>import(`./assets/zh-D9raUHeu.js`),[],import.meta.url)},It=[[`year`,31536e3],[`month`,2592e3],[`day`,86400],[`hour`,3600],[`minute`,60]],Lt=class e{#e;#t;#n;#r;constructor(e=`en`,t=kt){this.tag=e,this.words=t,this.#e=new Intl.PluralRules(e),this.#t=new Intl.NumberFormat(e),this.#n=new Intl.RelativeTimeFormat(e,{numeric:`auto`}),this.#r=new Intl.DateTimeFormat(e,{dateStyle:`long`,timeStyle:`short`})}static async in(...t){for(let n of t){let t=n?.split(/[-_]/)[0]?.toLowerCase();if(!n||!t)continue;if(t===`en`)break;let r=Ft[t];if(r!==void 0)try{let{words:i}=await r();return new e(Rt(n)??t,i)}catch{break}}return new e}get direction(){return this.tag.startsWith(`ar`)?`rtl`:`ltr`}say(e,t={}){return this.words[e].replace(/\{(\w+)\}/g,(e,n)=>`\u2068${t[n]??``}\u2069`)}count(e,t){let n=this.words[e];return(n[this.#e.select(t)]??n.other).replace(`#`,this.number(t))}number(e){return this.#t.format(e)}time(e){return this.#r.format(new Date(e))}ago(e){let t=Math.max(0,(Date.now()-new Date(e).getTime())/1e3),[n,r]=It.find(([,e])=>t>=e)??[`second`,0];return this.#n.format(r===0?0:-Math.floor(t/r),n)}problem(e){if(!(e instanceof W))return this.say(`unreachable`);let{code:t,problem:n,status:r}=e,i=(t===void 0?void 0:Ot[t])??(r>=500?`internal`:`conflict`),a=n?.until?` ${this.say(`until`,{time:this.time(n.until)})}`:``;return this.say(i)+a}reason(e,t){let n=Ot[e]??`forbidden`;return this.say(n)+(t===null?``:` ${this.say(`until`,{time:this.time(t)})}`)}};function Rt(e){try{return Intl.getCanonicalLocales(e.replace(`_`,`-`))[0]}catch{return}}var zt=o`
  :host {
    display: block;
  }
  :host([hidden]) {
    display: none;
  }
  :host([theme="light"]) {
    color-scheme: light;
  }
  :host([theme="dark"]) {
    color-scheme: dark;
  }
  :host([theme="auto"]) {
    color-scheme: light dark;
  }
  /* nothing of the host page's text styles comes in but what it says by name */
  .root {
    --text: var(--ts-text, light-dark(#1b1f24, #e6e9ec));
    --quiet: var(--ts-quiet, light-dark(#545d69, #a3adb8));
    --back: var(--ts-background, light-dark(#ffffff, #15181c));
    --raised: var(--ts-raised, light-dark(#f1f3f6, #23282e));
    --line: var(--ts-line, light-dark(#7d8794, #6d7783));
    --accent: var(--ts-accent, light-dark(#0b57d0, #8ab4f8));
    --on-accent: var(--ts-on-accent, light-dark(#ffffff, #0b1a33));
    --danger: var(--ts-danger, light-dark(#b3261e, #f2b8b5));
    --radius: var(--ts-radius, 0.4em);
    --indent: var(--ts-indent, 1.25em);
    all: initial;
    color-scheme: inherit;
    direction: inherit;
    display: block;
    container-type: inline-size;
    box-sizing: border-box;
    padding: var(--ts-padding, 0.5em);
    color: var(--text);
    background: var(--back);
    font: var(--ts-font-size, 1rem) / 1.5 var(--ts-font, system-ui, sans-serif);
    overflow-wrap: anywhere;
  }
  .root[dir="rtl"] {
    direction: rtl;
  }
  .root[dir="ltr"] {
    direction: ltr;
  }
  .root[aria-busy="true"] {
    min-height: 100vh;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  ol,
  ul,
  fieldset {
    margin: 0;
    padding: 0;
    border: 0;
  }
  h2 {
    font-size: 1.25em;
    line-height: 1.3;
  }
  ol.thread,
  ol.replies,
  .inbox ul {
    list-style: none;
  }
  ts-comment,
  ts-composer {
    display: block;
  }
  [hidden] {
    display: none !important;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  button,
  select,
  textarea,
  input {
    font: inherit;
    color: inherit;
    background: none;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    margin: 0;
  }
  button,
  select {
    min-height: 2em;
    padding: 0.1em 0.6em;
    cursor: pointer;
  }
  select,
  option {
    background: var(--back);
  }
  button:hover:not(:disabled) {
    background: var(--raised);
  }
  button:disabled {
    opacity: 0.6;
    cursor: default;
  }
  button.primary,
  button.fresh {
    color: var(--on-accent);
    background: var(--accent);
    border-color: var(--accent);
  }
  button.primary:hover:not(:disabled),
  button.fresh:hover:not(:disabled) {
    background: var(--accent);
    text-decoration: underline;
  }
  a {
    color: var(--accent);
  }
  :focus-visible {
    outline: 3px solid var(--accent);
    outline-offset: 2px;
  }
  .comment:focus {
    outline: 3px solid var(--accent);
    outline-offset: 3px;
  }
  .toolbar {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5em 1em;
    align-items: center;
    position: relative;
  }
  .toolbar h2 {
    flex: 1 1 auto;
    min-height: 2rem;
  }
  .sort {
    color: var(--quiet);
  }
  .sort select {
    color: var(--text);
  }
  .write {
    min-height: 10.5em;
    margin-block: 0.75em;
  }
  .field {
    display: block;
  }
  .label {
    display: block;
    font-weight: 600;
  }
  textarea {
    display: block;
    width: 100%;
    padding: 0.5em;
    background: var(--back);
    resize: vertical;
    field-sizing: content;
    min-height: 5.2em;
    max-height: 24em;
  }
  .guest {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: end;
    margin-top: 0.6em;
  }
  .guest input {
    min-height: 2em;
    padding: 0.1em 0.5em;
    max-width: 100%;
    background: var(--back);
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: center;
    min-height: 2em;
    margin-top: 0.4em;
    position: relative;
  }
  .hint,
  .note,
  .removed,
  .above,
  header a,
  header > span {
    color: var(--quiet);
    font-size: 0.9em;
  }
  .problem {
    color: var(--danger);
    border-inline-start: 3px solid var(--danger);
    padding-inline-start: 0.6em;
    margin-block: 0.4em;
  }
  .advice {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.6em;
    margin-block: 0.4em;
  }
  .preview {
    min-height: 6.7em;
    padding: 0.5em;
    border: 1px dashed var(--line);
    border-radius: var(--radius);
  }
  /* what arrives lies over the page, so that nothing below it moves */
  .arrivals {
    position: sticky;
    top: 0.5em;
    z-index: 1;
    height: 0;
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: 0.5em;
    align-items: start;
  }
  .arrivals button {
    box-shadow: 0 2px 8px rgb(0 0 0 / 0.3);
    transform: translateY(-1em);
  }
  .comment {
    padding-block: 0.6em;
    scroll-margin: 3em;
  }
  .comment .actions > button:not(.primary, .fresh, [aria-pressed="true"], [aria-expanded="true"]) {
    border-color: transparent;
    color: var(--quiet);
  }
  .comment header {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.6em;
    align-items: baseline;
  }
  .comment h3 {
    font-size: 1em;
  }
  .comment.featured {
    border-inline-start: 3px solid var(--accent);
    padding-inline-start: 0.6em;
  }
  header a {
    text-decoration: none;
    min-height: 1.5em;
  }
  header a:hover {
    text-decoration: underline;
  }
  .badge {
    border: 1px solid var(--line);
    border-radius: 1em;
    padding: 0 0.5em;
    font-size: 0.8em;
  }
  .text p,
  .text ul,
  .text ol,
  .text blockquote,
  .text pre {
    margin: 0.4em 0;
  }
  .text ul,
  .text ol {
    padding-inline-start: 1.5em;
  }
  .text blockquote {
    border-inline-start: 3px solid var(--line);
    padding-inline-start: 0.8em;
    color: var(--quiet);
  }
  .text pre {
    overflow-x: auto;
  }
  .text code {
    background: var(--raised);
  }
  .reaction[aria-pressed="true"] {
    border-color: var(--accent);
    color: var(--accent);
    font-weight: 600;
  }
  .comment .fresh {
    position: absolute;
    inset-inline-end: 0;
    bottom: 0;
  }
  .replies {
    padding-inline-start: var(--indent);
    border-inline-start: 1px solid var(--line);
  }
  /* deeper ones stand below each other, else nothing is left for the words */
  .replies .replies .replies .replies {
    padding-inline-start: 0;
    border: 0;
  }
  .above {
    display: none;
  }
  .replies .replies .replies .replies .above {
    display: inline;
  }
  .menu {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    align-items: center;
    margin-top: 0.4em;
    padding: 0.5em;
    background: var(--raised);
    border-radius: var(--radius);
  }
  .menu button:hover:not(:disabled) {
    background: var(--back);
  }
  .menu button.primary:hover:not(:disabled) {
    background: var(--accent);
  }
  .report {
    display: block;
  }
  .report legend {
    font-weight: 600;
    padding: 0;
  }
  .report fieldset label {
    display: block;
    min-height: 1.75em;
  }
  .more {
    margin-block: 0.4em;
  }
  .inbox {
    position: absolute;
    z-index: 2;
    inset-inline: 0;
    top: 100%;
    max-height: 22em;
    overflow: auto;
    padding: 0.75em;
    background: var(--back);
    border: 1px solid var(--line);
    border-radius: var(--radius);
    box-shadow: 0 4px 16px rgb(0 0 0 / 0.3);
  }
  .inbox li {
    padding-block: 0.3em;
  }
  .inbox .unread {
    font-weight: 600;
  }
  .narrow {
    display: none;
  }
  @container (max-width: 30em) {
    ol {
      --indent: var(--ts-indent, 0.7em);
    }
    .write {
      min-height: 12.5em;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .comment {
      scroll-behavior: smooth;
    }
  }
`,$=[`newest`,`oldest`,`best`,`hot`,`controversial`,`replies`],Bt=/^#comment-([0-9a-f-]{36})$/i,Vt=import.meta.url.replace(/[^/]*$/,``),Ht=6e4,Ut=class extends B{static{this.styles=zt}static{this.properties={api:{},site:{},article:{},token:{},sort:{},language:{attribute:`lang`},theme:{reflect:!0},tokenSource:{attribute:!1},challenge:{attribute:!1},problem:{state:!0},said:{state:!0},isOffline:{state:!0}}}#e;#t;#n;#r;constructor(){super(),this.speech=new Lt,this.#e=new AbortController,this.#f=e=>{this.isOffline=e.type===`offline`,this.isOffline||this.announce(this.speech.say(`online`))},this.#p=()=>{let e=Bt.exec(location.hash)?.[1];e!==void 0&&this.#m(e)},this.#S=()=>{this.#r?.end(),this.#s()},this.#C=e=>{this.#n=e.target.value,this.#w()},[this.said,this.isOffline]=[``,!1]}connectedCallback(){super.connectedCallback(),this.isOffline=!navigator.onLine,addEventListener(`offline`,this.#f),addEventListener(`online`,this.#f),addEventListener(`hashchange`,this.#p),this.#t=setInterval(()=>this.#h(),Ht),this.hasUpdated&&this.#s()}disconnectedCallback(){super.disconnectedCallback(),this.#e.abort(),removeEventListener(`offline`,this.#f),removeEventListener(`online`,this.#f),removeEventListener(`hashchange`,this.#p),clearInterval(this.#t)}willUpdate(e){[`api`,`site`,`article`,`sort`,`token`,`tokenSource`,`language`].some(t=>e.has(t))&&this.isConnected&&(this.discussion?.isReady&&[`api`,`site`,`article`,`sort`,`language`].every(t=>!e.has(t))?this.#l():this.#s())}#i(){let e=this.api??Vt;this.#r=new wt(e,this.site??``);let t=this.#a();return new bt(new ct({baseUrl:e,token:e=>t.token(e)}),{site:this.site??``,articleKey:this.article??``},this.#n??this.#o,t.isSignedIn,this)}#a(){let e=this.token||this.tokenSource?void 0:this.#r;return new St(this.token??e?.known?.token,this.tokenSource,()=>e?.end())}get#o(){return this.sort!==void 0&&$.includes(this.sort)?this.sort:`newest`}async#s(){this.#e.abort();let e=this.#e=new AbortController,t=this.discussion=this.#i();this.problem=void 0;let n=this.closest(`[lang]`)?.getAttribute(`lang`),r=Lt.in(this.language,n,navigator.language).then(e=>this.#c(e));if(this.site&&this.article){try{let n=Bt.exec(location.hash)?.[1];if(await Promise.all([r,t.load(n)]),e.signal.aborted)return;n!==void 0&&this.#m(n)}catch(t){e.signal.aborted||(this.problem=t)}this.requestUpdate(),t.isReady&&this.#u(e.signal)}}#c(e){this.speech=e;for(let e of this.renderRoot.querySelectorAll(`*`))e instanceof K&&e.requestUpdate()}async#l(){let{discussion:e}=this;e!==void 0&&(Object.assign(e,{api:this.#i().api,isSignedIn:this.#a().isSignedIn}),e.own=void 0,await e.loadOwn().catch(e=>this.problem=e),e.redrawAll())}#u(e){let{discussion:t}=this;t!==void 0&&Tt(t,e).catch(n=>{!e.aborted&&n instanceof W&&n.code===`article-not-found`&&(t.isGone=!0,this.requestUpdate())})}redraw(){this.requestUpdate()}counted(e){this.#d(`ts-count`,{count:e})}announce(e){this.said=e}askSignIn(){this.#d(`ts-sign-in`,{})}posted(e){this.#d(`ts-posted`,{comment:e})}linkTo(e){return`${location.href.split(`#`)[0]}#comment-${e}`}#d(e,t){this.dispatchEvent(new CustomEvent(e,{detail:t,bubbles:!0,composed:!0}))}#f;#p;async#m(e){await this.updateComplete;let t=this.discussion?.tree.find(e);t?.reveal===void 0?this.discussion?.isReady&&this.discussion.linked?.comment.id!==e&&await this.#s():(await new Promise(requestAnimationFrame),t.reveal())}#h(){for(let e of this.renderRoot.querySelectorAll(`time`))e.textContent=this.speech.ago(e.dateTime)}render(){let{speech:e,discussion:t,problem:n}=this;return j`<section class="root" part="root" lang=${e.tag} dir=${e.direction} aria-labelledby="count"
      aria-busy=${t?.isReady!==!0&&n===void 0}>
      <p class="unseen" role="status">${this.said}</p>
      ${t?.isReady?this.#_(t):this.#g()}
    </section>`}#g(){let{speech:e}=this;return this.problem===void 0?j`<slot><p class="loading" id="count">${e.say(`loading`)}</p></slot>`:j`<slot></slot>
          <p class="problem" id="count" role="alert">${e.say(`loadFailed`)} ${e.problem(this.problem)}</p>
          <button class="primary" part="primary" @click=${()=>this.#s()}>${e.say(`retry`)}</button>`}#_(e){let{speech:t}=this;return j`
      <div class="toolbar" part="toolbar">
        <h2 id="count" part="count">${t.count(`comments`,e.count??0)}</h2>
        ${e.isSignedIn?j`<ts-inbox .thread=${this}></ts-inbox>`:N}
        <label class="sort">${t.say(`sortBy`)}
          <select part="sort" @change=${this.#C}>
            ${$.map(n=>j`<option value=${n} ?selected=${n===e.sort}>${t.say(n)}</option>`)}
          </select>
        </label>
      </div>
      ${this.isOffline?j`<p class="problem offline" role="alert">${t.say(`offline`)}</p>`:N}
      <div class="write" part="write">${this.#v(e)}</div>
      <div class="arrivals">
        ${e.fresh.length===0?N:j`<button class="fresh" part="fresh" @click=${()=>this.#E(e.showFresh())}>
              ${t.count(`newComments`,e.fresh.length)}</button>`}
        ${e.waiting.length===0?N:j`<button class="fresh" part="fresh" @click=${()=>this.#E(e.showWaiting())}>
              ${t.count(`waiting`,e.waiting.length)}</button>`}
      </div>
      ${e.items.length===0?j`<p class="note">${t.say(`empty`)}</p>`:N}
      ${e.linked===void 0?N:j`<p class="note">${t.say(`linked`)}</p>`}
      <ol class="thread" part="thread">
        ${Ie(e.items,e=>e.comment.id,e=>j`<li><ts-comment .thread=${this} .item=${e}></ts-comment></li>`)}
      </ol>
      ${this.problem===void 0?N:j`<p class="problem" role="alert">${t.problem(this.problem)}</p>`}
      ${e.next===null?N:j`<button class="more" part="button" @click=${()=>this.#T(e)}>${t.say(`moreComments`)}</button>`}
    `}#v(e){let{speech:t}=this,n=e.own?.can.comment,r=e.isGone?j`<p class="problem" role="alert">${t.say(`noArticle`)}
          <button part="button" @click=${()=>this.#s()}>${t.say(`retry`)}</button></p>`:N;if(!e.isOpen)return j`${r}<p class="note">${t.say(`closed`)}</p><slot name="closed"></slot>`;if(!e.isSignedIn)return j`${r}<slot name="sign-in"><button class="primary" part="primary" @click=${()=>this.askSignIn()}>${t.say(`signIn`)}</button></slot>
        ${e.takesGuests?this.#y(e):N}`;if(n?.reason===`warning-not-acknowledged`)return j`<p class="problem" role="alert">${t.say(`warned`)} <bdi>${n.message}</bdi></p>
        <button class="primary" part="primary" @click=${()=>this.#D(()=>e.acknowledge())}>${t.say(`acknowledge`)}</button>`;let i=n?.allowed===!1&&n.reason!==null?t.reason(n.reason,n.until):void 0;return j`${r}${this.#b()}${i===void 0?N:j`<p class="note">${i}</p>`}
      <ts-composer .thread=${this} .kind=${`comment`}></ts-composer>`}#y(e){let{speech:t}=this;return j`<form class="guest" @submit=${t=>this.#x(t,e)}>
      <label><span class="label">${t.say(`guestName`)}</span>
        <input name="name" required maxlength="200" autocomplete="nickname" dir="auto"></label>
      <button part="button">${t.say(`guestStart`)}</button>
    </form>`}#b(){let{speech:e}=this,t=this.token||this.tokenSource?void 0:this.#r?.known;return t===void 0?N:j`<p class="note">${e.say(`guestAs`,{name:t.name})}
      <button part="button" @click=${this.#S}>${e.say(`guestEnd`)}</button>
      <button part="button" @click=${()=>this.askSignIn()}>${e.say(`signIn`)}</button></p>`}async#x(e,t){e.preventDefault();let n=String(new FormData(e.target).get(`name`)).trim();await this.#D(async()=>{let e=await t.becomeGuest(n,await this.challenge?.());this.#r?.begin({name:n,token:e}),await this.#l(),await this.updateComplete,await this.renderRoot.querySelector(`ts-composer`)?.updateComplete,this.renderRoot.querySelector(`textarea`)?.focus()})}#S;#C;async#w(){let e=this.discussion,t=this.#i();await this.#D(async()=>{await t.load(),this.discussion===e&&(this.#e.abort(),this.#e=new AbortController,this.discussion=t,this.#u(this.#e.signal))})}async#T(e){await this.#D(async()=>this.#E(await e.more()))}#E([e]){this.requestUpdate(),this.updateComplete.then(()=>e?.reveal?.())}async#D(e){this.problem=void 0;try{await e()}catch(e){this.problem=e}this.requestUpdate()}},Wt=6e4,Gt={reply:`gotReply`,mention:`gotMention`,featured:`gotFeatured`,decision:`gotDecision`,appeal:`gotAppeal`,warning:`gotWarning`},Kt=class extends K{static{this.properties={...K.properties,items:{state:!0},unread:{state:!0},isOpen:{state:!0},problem:{state:!0}}}#e;constructor(){super(),[this.items,this.unread,this.isOpen]=[[],0,!1]}connectedCallback(){super.connectedCallback(),this.#n(),this.#e=setInterval(()=>document.hidden||void this.#n(),Wt),document.addEventListener(`visibilitychange`,this.#t)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.#e),document.removeEventListener(`visibilitychange`,this.#t)}#t=()=>{document.hidden||this.#n()};async#n(){try{let e={site:this.discussion.place.site},t=await this.discussion.api.get(`/v1/sites/{site}/me/notifications`,{path:e});[this.items,this.unread,this.problem]=[t.items,t.unread,void 0]}catch(e){this.problem=e}}render(){let{speech:e}=this;return j`<button part="button" class="bell" aria-expanded=${this.isOpen} @click=${this.#a}>
        <span class="wide">${e.say(`inbox`)}</span><span class="narrow" aria-hidden="true">✉</span>
        ${this.unread===0?N:j`<span class="badge" part="badge">${e.count(`unread`,this.unread)}</span>`}
      </button>
      ${this.isOpen?j`<div class="inbox" part="inbox" role="group" aria-label=${e.say(`inbox`)} @keydown=${this.#o}>
            ${this.problem===void 0?N:j`<p class="problem" role="alert">${e.problem(this.problem)}</p>`}
            ${this.items.length===0?j`<p class="note">${e.say(`inboxEmpty`)}</p>`:j`<ul>${this.items.map(e=>this.#r(e))}</ul>`}
          </div>`:N}`}#r(e){let{speech:t}=this,n=t.say(Gt[e.type],{name:e.comment?.author?.name??t.say(`somebody`)}),r=j`<time datetime=${e.at} title=${t.time(e.at)} .textContent=${t.ago(e.at)}></time>`,i=this.#i(e);return j`<li class=${e.read?``:`unread`}>
      ${i===void 0?n:j`<a href=${i} @click=${()=>this.isOpen=!1}>${n}</a>`}
      ${e.article===null?N:j`<bdi>${e.article.title}</bdi>`} ${r}
    </li>`}#i(e){if(e.comment!==null)return e.article?.key===this.discussion.place.articleKey?this.thread.linkTo(e.comment.id):e.article?.url?`${e.article.url.split(`#`)[0]}#comment-${e.comment.id}`:void 0}#a=async()=>{if(this.isOpen=!this.isOpen,!this.isOpen)return;await this.#n();let e=this.items[0];if(e===void 0||this.unread===0)return;let t={site:this.discussion.place.site};await this.discussion.api.post(`/v1/sites/{site}/me/notifications/read`,{path:t,body:{upTo:e.id}}).then(()=>this.unread=0).catch(e=>this.problem=e)};#o=e=>{e.key===`Escape`&&(this.isOpen=!1,this.focusOn(`.bell`))}};q(`ts-composer`,vt),q(`ts-comment`,ht),q(`ts-inbox`,Kt),q(`thread-store`,Ut);