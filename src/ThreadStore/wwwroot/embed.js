var e=[`newest`,`oldest`,`best`,`hot`,`controversial`,`replies`],t=import.meta.url.replace(/[^/]*$/,``),n=t=>e.find(e=>e===t)??`newest`,r=new Map;for(let e of document.querySelectorAll(`thread-store`)){let[i,a,o,s]=[`api`,`site`,`article`,`sort`].map(t=>e.getAttribute(t));if(a&&o)try{let e=`/v1/sites/${encodeURIComponent(a)}/articles/${encodeURIComponent(o)}/comments?sort=${n(s)}`,{href:c}=new URL((i??t).replace(/\/+$/,``)+e,location.href);if(r.has(c))continue;let l=fetch(c);l.catch(()=>{}),r.set(c,l)}catch{}}function i(e,t){let n=String(e),i=r.get(n);return i===void 0?fetch(e,t):(r.delete(n),i)}var a=globalThis,o=a.ShadowRoot&&(a.ShadyCSS===void 0||a.ShadyCSS.nativeShadow)&&`adoptedStyleSheets`in Document.prototype&&`replace`in CSSStyleSheet.prototype,s=Symbol(),c=new WeakMap,l=class{constructor(e,t,n){if(this._$cssResult$=!0,n!==s)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=e,this.t=t}get styleSheet(){let e=this.o,t=this.t;if(o&&e===void 0){let n=t!==void 0&&t.length===1;n&&(e=c.get(t)),e===void 0&&((this.o=e=new CSSStyleSheet).replaceSync(this.cssText),n&&c.set(t,e))}return e}toString(){return this.cssText}},u=e=>new l(typeof e==`string`?e:e+``,void 0,s),d=(e,...t)=>new l(e.length===1?e[0]:t.reduce((t,n,r)=>t+(e=>{if(!0===e._$cssResult$)return e.cssText;if(typeof e==`number`)return e;throw Error(`Value passed to 'css' function must be a 'css' function result: `+e+`. Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.`)})(n)+e[r+1],e[0]),e,s),f=(e,t)=>{if(o)e.adoptedStyleSheets=t.map(e=>e instanceof CSSStyleSheet?e:e.styleSheet);else for(let n of t){let t=document.createElement(`style`),r=a.litNonce;r!==void 0&&t.setAttribute(`nonce`,r),t.textContent=n.cssText,e.appendChild(t)}},p=o?e=>e:e=>e instanceof CSSStyleSheet?(e=>{let t=``;for(let n of e.cssRules)t+=n.cssText;return u(t)})(e):e,{is:m,defineProperty:ee,getOwnPropertyDescriptor:te,getOwnPropertyNames:ne,getOwnPropertySymbols:re,getPrototypeOf:ie}=Object,h=globalThis,ae=h.trustedTypes,oe=ae?ae.emptyScript:``,se=h.reactiveElementPolyfillSupport,g=(e,t)=>e,_={toAttribute(e,t){switch(t){case Boolean:e=e?oe:null;break;case Object:case Array:e=e==null?e:JSON.stringify(e)}return e},fromAttribute(e,t){let n=e;switch(t){case Boolean:n=e!==null;break;case Number:n=e===null?null:Number(e);break;case Object:case Array:try{n=JSON.parse(e)}catch{n=null}}return n}},ce=(e,t)=>!m(e,t),le={attribute:!0,type:String,converter:_,reflect:!1,useDefault:!1,hasChanged:ce};Symbol.metadata??=Symbol(`metadata`),h.litPropertyMetadata??=new WeakMap;var v=class extends HTMLElement{static addInitializer(e){this._$Ei(),(this.l??=[]).push(e)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(e,t=le){if(t.state&&(t.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(e)&&((t=Object.create(t)).wrapped=!0),this.elementProperties.set(e,t),!t.noAccessor){let n=Symbol(),r=this.getPropertyDescriptor(e,n,t);r!==void 0&&ee(this.prototype,e,r)}}static getPropertyDescriptor(e,t,n){let{get:r,set:i}=te(this.prototype,e)??{get(){return this[t]},set(e){this[t]=e}};return{get:r,set(t){let a=r?.call(this);i?.call(this,t),this.requestUpdate(e,a,n)},configurable:!0,enumerable:!0}}static getPropertyOptions(e){return this.elementProperties.get(e)??le}static _$Ei(){if(this.hasOwnProperty(g(`elementProperties`)))return;let e=ie(this);e.finalize(),e.l!==void 0&&(this.l=[...e.l]),this.elementProperties=new Map(e.elementProperties)}static finalize(){if(this.hasOwnProperty(g(`finalized`)))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(g(`properties`))){let e=this.properties,t=[...ne(e),...re(e)];for(let n of t)this.createProperty(n,e[n])}let e=this[Symbol.metadata];if(e!==null){let t=litPropertyMetadata.get(e);if(t!==void 0)for(let[e,n]of t)this.elementProperties.set(e,n)}this._$Eh=new Map;for(let[e,t]of this.elementProperties){let n=this._$Eu(e,t);n!==void 0&&this._$Eh.set(n,e)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(e){let t=[];if(Array.isArray(e)){let n=new Set(e.flat(1/0).reverse());for(let e of n)t.unshift(p(e))}else e!==void 0&&t.push(p(e));return t}static _$Eu(e,t){let n=t.attribute;return!1===n?void 0:typeof n==`string`?n:typeof e==`string`?e.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(e=>this.enableUpdating=e),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(e=>e(this))}addController(e){(this._$EO??=new Set).add(e),this.renderRoot!==void 0&&this.isConnected&&e.hostConnected?.()}removeController(e){this._$EO?.delete(e)}_$E_(){let e=new Map,t=this.constructor.elementProperties;for(let n of t.keys())this.hasOwnProperty(n)&&(e.set(n,this[n]),delete this[n]);e.size>0&&(this._$Ep=e)}createRenderRoot(){let e=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return f(e,this.constructor.elementStyles),e}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(e=>e.hostConnected?.())}enableUpdating(e){}disconnectedCallback(){this._$EO?.forEach(e=>e.hostDisconnected?.())}attributeChangedCallback(e,t,n){this._$AK(e,n)}_$ET(e,t){let n=this.constructor.elementProperties.get(e),r=this.constructor._$Eu(e,n);if(r!==void 0&&!0===n.reflect){let i=(n.converter?.toAttribute===void 0?_:n.converter).toAttribute(t,n.type);this._$Em=e,i==null?this.removeAttribute(r):this.setAttribute(r,i),this._$Em=null}}_$AK(e,t){let n=this.constructor,r=n._$Eh.get(e);if(r!==void 0&&this._$Em!==r){let e=n.getPropertyOptions(r),i=typeof e.converter==`function`?{fromAttribute:e.converter}:e.converter?.fromAttribute===void 0?_:e.converter;this._$Em=r;let a=i.fromAttribute(t,e.type);this[r]=a??this._$Ej?.get(r)??a,this._$Em=null}}requestUpdate(e,t,n,r=!1,i){if(e!==void 0){let a=this.constructor;if(!1===r&&(i=this[e]),n??=a.getPropertyOptions(e),!((n.hasChanged??ce)(i,t)||n.useDefault&&n.reflect&&i===this._$Ej?.get(e)&&!this.hasAttribute(a._$Eu(e,n))))return;this.C(e,t,n)}!1===this.isUpdatePending&&(this._$ES=this._$EP())}C(e,t,{useDefault:n,reflect:r,wrapped:i},a){n&&!(this._$Ej??=new Map).has(e)&&(this._$Ej.set(e,a??t??this[e]),!0!==i||a!==void 0)||(this._$AL.has(e)||(this.hasUpdated||n||(t=void 0),this._$AL.set(e,t)),!0===r&&this._$Em!==e&&(this._$Eq??=new Set).add(e))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(e){Promise.reject(e)}let e=this.scheduleUpdate();return e!=null&&await e,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[e,t]of this._$Ep)this[e]=t;this._$Ep=void 0}let e=this.constructor.elementProperties;if(e.size>0)for(let[t,n]of e){let{wrapped:e}=n,r=this[t];!0!==e||this._$AL.has(t)||r===void 0||this.C(t,void 0,n,r)}}let e=!1,t=this._$AL;try{e=this.shouldUpdate(t),e?(this.willUpdate(t),this._$EO?.forEach(e=>e.hostUpdate?.()),this.update(t)):this._$EM()}catch(t){throw e=!1,this._$EM(),t}e&&this._$AE(t)}willUpdate(e){}_$AE(e){this._$EO?.forEach(e=>e.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(e)),this.updated(e)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(e){return!0}update(e){this._$Eq&&=this._$Eq.forEach(e=>this._$ET(e,this[e])),this._$EM()}updated(e){}firstUpdated(e){}};v.elementStyles=[],v.shadowRootOptions={mode:`open`},v[g(`elementProperties`)]=new Map,v[g(`finalized`)]=new Map,se?.({ReactiveElement:v}),(h.reactiveElementVersions??=[]).push(`2.1.2`);var y=globalThis,ue=e=>e,b=y.trustedTypes,de=b?b.createPolicy(`lit-html`,{createHTML:e=>e}):void 0,x=`$lit$`,S=`lit$${Math.random().toFixed(9).slice(2)}$`,C=`?`+S,fe=`<${C}>`,w=document,T=()=>w.createComment(``),E=e=>e===null||typeof e!=`object`&&typeof e!=`function`,D=Array.isArray,pe=e=>D(e)||typeof e?.[Symbol.iterator]==`function`,O=`[ 	
\f\r]`,k=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,me=/-->/g,he=/>/g,A=RegExp(`>|${O}(?:([^\\s"'>=/]+)(${O}*=${O}*(?:[^ \t\n\f\r"'\`<>=]|("|')|))|$)`,`g`),ge=/'/g,_e=/"/g,ve=/^(?:script|style|textarea|title)$/i,j=(e=>(t,...n)=>({_$litType$:e,strings:t,values:n}))(1),M=Symbol.for(`lit-noChange`),N=Symbol.for(`lit-nothing`),ye=new WeakMap,P=w.createTreeWalker(w,129);function be(e,t){if(!D(e)||!e.hasOwnProperty(`raw`))throw Error(`invalid template strings array`);return de===void 0?t:de.createHTML(t)}var xe=(e,t)=>{let n=e.length-1,r=[],i,a=t===2?`<svg>`:t===3?`<math>`:``,o=k;for(let t=0;t<n;t++){let n=e[t],s,c,l=-1,u=0;for(;u<n.length&&(o.lastIndex=u,c=o.exec(n),c!==null);)u=o.lastIndex,o===k?c[1]===`!--`?o=me:c[1]===void 0?c[2]===void 0?c[3]!==void 0&&(o=A):(ve.test(c[2])&&(i=RegExp(`</`+c[2],`g`)),o=A):o=he:o===A?c[0]===`>`?(o=i??k,l=-1):c[1]===void 0?l=-2:(l=o.lastIndex-c[2].length,s=c[1],o=c[3]===void 0?A:c[3]===`"`?_e:ge):o===_e||o===ge?o=A:o===me||o===he?o=k:(o=A,i=void 0);let d=o===A&&e[t+1].startsWith(`/>`)?` `:``;a+=o===k?n+fe:l>=0?(r.push(s),n.slice(0,l)+x+n.slice(l)+S+d):n+S+(l===-2?t:d)}return[be(e,a+(e[n]||`<?>`)+(t===2?`</svg>`:t===3?`</math>`:``)),r]},F=class e{constructor({strings:t,_$litType$:n},r){let i;this.parts=[];let a=0,o=0,s=t.length-1,c=this.parts,[l,u]=xe(t,n);if(this.el=e.createElement(l,r),P.currentNode=this.el.content,n===2||n===3){let e=this.el.content.firstChild;e.replaceWith(...e.childNodes)}for(;(i=P.nextNode())!==null&&c.length<s;){if(i.nodeType===1){if(i.hasAttributes())for(let e of i.getAttributeNames())if(e.endsWith(x)){let t=u[o++],n=i.getAttribute(e).split(S),r=/([.?@])?(.*)/.exec(t);c.push({type:1,index:a,name:r[2],strings:n,ctor:r[1]===`.`?Ce:r[1]===`?`?we:r[1]===`@`?Te:R}),i.removeAttribute(e)}else e.startsWith(S)&&(c.push({type:6,index:a}),i.removeAttribute(e));if(ve.test(i.tagName)){let e=i.textContent.split(S),t=e.length-1;if(t>0){i.textContent=b?b.emptyScript:``;for(let n=0;n<t;n++)i.append(e[n],T()),P.nextNode(),c.push({type:2,index:++a});i.append(e[t],T())}}}else if(i.nodeType===8){if(i.data===C)c.push({type:2,index:a});else{let e=-1;for(;(e=i.data.indexOf(S,e+1))!==-1;)c.push({type:7,index:a}),e+=S.length-1}}a++}}static createElement(e,t){let n=w.createElement(`template`);return n.innerHTML=e,n}};function I(e,t,n=e,r){if(t===M)return t;let i=r===void 0?n._$Cl:n._$Co?.[r],a=E(t)?void 0:t._$litDirective$;return i?.constructor!==a&&(i?._$AO?.(!1),a===void 0?i=void 0:(i=new a(e),i._$AT(e,n,r)),r===void 0?n._$Cl=i:(n._$Co??=[])[r]=i),i!==void 0&&(t=I(e,i._$AS(e,t.values),i,r)),t}var Se=class{constructor(e,t){this._$AV=[],this._$AN=void 0,this._$AD=e,this._$AM=t}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(e){let{el:{content:t},parts:n}=this._$AD,r=(e?.creationScope??w).importNode(t,!0);P.currentNode=r;let i=P.nextNode(),a=0,o=0,s=n[0];for(;s!==void 0;){if(a===s.index){let t;s.type===2?t=new L(i,i.nextSibling,this,e):s.type===1?t=new s.ctor(i,s.name,s.strings,this,e):s.type===6&&(t=new Ee(i,this,e)),this._$AV.push(t),s=n[++o]}a!==s?.index&&(i=P.nextNode(),a++)}return P.currentNode=w,r}p(e){let t=0;for(let n of this._$AV)n!==void 0&&(n.strings===void 0?n._$AI(e[t]):(n._$AI(e,n,t),t+=n.strings.length-2)),t++}},L=class e{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(e,t,n,r){this.type=2,this._$AH=N,this._$AN=void 0,this._$AA=e,this._$AB=t,this._$AM=n,this.options=r,this._$Cv=r?.isConnected??!0}get parentNode(){let e=this._$AA.parentNode,t=this._$AM;return t!==void 0&&e?.nodeType===11&&(e=t.parentNode),e}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(e,t=this){e=I(this,e,t),E(e)?e===N||e==null||e===``?(this._$AH!==N&&this._$AR(),this._$AH=N):e!==this._$AH&&e!==M&&this._(e):e._$litType$===void 0?e.nodeType===void 0?pe(e)?this.k(e):this._(e):this.T(e):this.$(e)}O(e){return this._$AA.parentNode.insertBefore(e,this._$AB)}T(e){this._$AH!==e&&(this._$AR(),this._$AH=this.O(e))}_(e){this._$AH!==N&&E(this._$AH)?this._$AA.nextSibling.data=e:this.T(w.createTextNode(e)),this._$AH=e}$(e){let{values:t,_$litType$:n}=e,r=typeof n==`number`?this._$AC(e):(n.el===void 0&&(n.el=F.createElement(be(n.h,n.h[0]),this.options)),n);if(this._$AH?._$AD===r)this._$AH.p(t);else{let e=new Se(r,this),n=e.u(this.options);e.p(t),this.T(n),this._$AH=e}}_$AC(e){let t=ye.get(e.strings);return t===void 0&&ye.set(e.strings,t=new F(e)),t}k(t){D(this._$AH)||(this._$AH=[],this._$AR());let n=this._$AH,r,i=0;for(let a of t)i===n.length?n.push(r=new e(this.O(T()),this.O(T()),this,this.options)):r=n[i],r._$AI(a),i++;i<n.length&&(this._$AR(r&&r._$AB.nextSibling,i),n.length=i)}_$AR(e=this._$AA.nextSibling,t){for(this._$AP?.(!1,!0,t);e!==this._$AB;){let t=ue(e).nextSibling;ue(e).remove(),e=t}}setConnected(e){this._$AM===void 0&&(this._$Cv=e,this._$AP?.(e))}},R=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(e,t,n,r,i){this.type=1,this._$AH=N,this._$AN=void 0,this.element=e,this.name=t,this._$AM=r,this.options=i,n.length>2||n[0]!==``||n[1]!==``?(this._$AH=Array(n.length-1).fill(new String),this.strings=n):this._$AH=N}_$AI(e,t=this,n,r){let i=this.strings,a=!1;if(i===void 0)e=I(this,e,t,0),a=!E(e)||e!==this._$AH&&e!==M,a&&(this._$AH=e);else{let r=e,o,s;for(e=i[0],o=0;o<i.length-1;o++)s=I(this,r[n+o],t,o),s===M&&(s=this._$AH[o]),a||=!E(s)||s!==this._$AH[o],s===N?e=N:e!==N&&(e+=(s??``)+i[o+1]),this._$AH[o]=s}a&&!r&&this.j(e)}j(e){e===N?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,e??``)}},Ce=class extends R{constructor(){super(...arguments),this.type=3}j(e){this.element[this.name]=e===N?void 0:e}},we=class extends R{constructor(){super(...arguments),this.type=4}j(e){this.element.toggleAttribute(this.name,!!e&&e!==N)}},Te=class extends R{constructor(e,t,n,r,i){super(e,t,n,r,i),this.type=5}_$AI(e,t=this){if((e=I(this,e,t,0)??N)===M)return;let n=this._$AH,r=e===N&&n!==N||e.capture!==n.capture||e.once!==n.once||e.passive!==n.passive,i=e!==N&&(n===N||r);r&&this.element.removeEventListener(this.name,this,n),i&&this.element.addEventListener(this.name,this,e),this._$AH=e}handleEvent(e){typeof this._$AH==`function`?this._$AH.call(this.options?.host??this.element,e):this._$AH.handleEvent(e)}},Ee=class{constructor(e,t,n){this.element=e,this.type=6,this._$AN=void 0,this._$AM=t,this.options=n}get _$AU(){return this._$AM._$AU}_$AI(e){I(this,e)}},De={M:x,P:S,A:C,C:1,L:xe,R:Se,D:pe,V:I,I:L,H:R,N:we,U:Te,B:Ce,F:Ee},Oe=y.litHtmlPolyfillSupport;Oe?.(F,L),(y.litHtmlVersions??=[]).push(`3.3.3`);var ke=(e,t,n)=>{let r=n?.renderBefore??t,i=r._$litPart$;if(i===void 0){let e=n?.renderBefore??null;r._$litPart$=i=new L(t.insertBefore(T(),e),e,void 0,n??{})}return i._$AI(e),i},z=globalThis,B=class extends v{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let e=super.createRenderRoot();return this.renderOptions.renderBefore??=e.firstChild,e}update(e){let t=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(e),this._$Do=ke(t,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return M}};B._$litElement$=!0,B.finalized=!0,z.litElementHydrateSupport?.({LitElement:B});var Ae=z.litElementPolyfillSupport;Ae?.({LitElement:B}),(z.litElementVersions??=[]).push(`4.2.2`);var je={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},Me=e=>(...t)=>({_$litDirective$:e,values:t}),Ne=class{constructor(e){}get _$AU(){return this._$AM._$AU}_$AT(e,t,n){this._$Ct=e,this._$AM=t,this._$Ci=n}_$AS(e,t){return this.update(e,t)}update(e,t){return this.render(...t)}},{I:Pe}=De,Fe=e=>e,Ie=()=>document.createComment(``),V=(e,t,n)=>{let r=e._$AA.parentNode,i=t===void 0?e._$AB:t._$AA;if(n===void 0)n=new Pe(r.insertBefore(Ie(),i),r.insertBefore(Ie(),i),e,e.options);else{let t=n._$AB.nextSibling,a=n._$AM,o=a!==e;if(o){let t;n._$AQ?.(e),n._$AM=e,n._$AP!==void 0&&(t=e._$AU)!==a._$AU&&n._$AP(t)}if(t!==i||o){let e=n._$AA;for(;e!==t;){let t=Fe(e).nextSibling;Fe(r).insertBefore(e,i),e=t}}}return n},H=(e,t,n=e)=>(e._$AI(t,n),e),Le={},Re=(e,t=Le)=>e._$AH=t,ze=e=>e._$AH,U=e=>{e._$AR(),e._$AA.remove()},W=(e,t,n)=>{let r=new Map;for(let i=t;i<=n;i++)r.set(e[i],i);return r},Be=Me(class extends Ne{constructor(e){if(super(e),e.type!==je.CHILD)throw Error(`repeat() can only be used in text expressions`)}dt(e,t,n){let r;n===void 0?n=t:t!==void 0&&(r=t);let i=[],a=[],o=0;for(let t of e)i[o]=r?r(t,o):o,a[o]=n(t,o),o++;return{values:a,keys:i}}render(e,t,n){return this.dt(e,t,n).values}update(e,[t,n,r]){let i=ze(e),{values:a,keys:o}=this.dt(t,n,r);if(!Array.isArray(i))return this.ut=o,a;let s=this.ut??=[],c=[],l,u,d=0,f=i.length-1,p=0,m=a.length-1;for(;d<=f&&p<=m;)if(i[d]===null)d++;else if(i[f]===null)f--;else if(s[d]===o[p])c[p]=H(i[d],a[p]),d++,p++;else if(s[f]===o[m])c[m]=H(i[f],a[m]),f--,m--;else if(s[d]===o[m])c[m]=H(i[d],a[m]),V(e,c[m+1],i[d]),d++,m--;else if(s[f]===o[p])c[p]=H(i[f],a[p]),V(e,i[d],i[f]),f--,p++;else if(l===void 0&&(l=W(o,p,m),u=W(s,d,f)),l.has(s[d])){if(l.has(s[f])){let t=u.get(o[p]),n=t===void 0?null:i[t];if(n===null){let t=V(e,i[d]);H(t,a[p]),c[p]=t}else c[p]=H(n,a[p]),V(e,i[d],n),i[t]=null;p++}else U(i[f]),f--}else U(i[d]),d++;for(;p<=m;){let t=V(e,c[m+1]);H(t,a[p]),c[p++]=t}for(;d<=f;){let e=i[d++];e!==null&&U(e)}return this.ut=o,Re(e,c),M}}),Ve=250,He=3e4;function Ue(e,t,n,r){let{status:i}=e;if(t>=n)return;if(`error`in e)return e.error instanceof TypeError&&r?We(t):void 0;if(i!==429&&i!==503&&(!r||i!==502&&i!==504))return;let a=Number(e.headers.get(`Retry-After`)??NaN);return Number.isFinite(a)?a*1e3>He?void 0:Math.max(a*1e3,Ve):r?We(t):void 0}var We=e=>Ve*2**e*(.5+Math.random());function Ge(e,t){return new Promise((n,r)=>{if(t?.aborted)return r(t.reason);let i=()=>{clearTimeout(a),r(t?.reason)},a=setTimeout(()=>{t?.removeEventListener(`abort`,i),n()},e);t?.addEventListener(`abort`,i,{once:!0})})}function Ke(e){if(e.has(`Idempotency-Key`))return;let t=crypto.getRandomValues(new Uint8Array(16));e.set(`Idempotency-Key`,Array.from(t,e=>e.toString(16).padStart(2,`0`)).join(``))}var G=class e extends Error{status;problem;retryAfter;name=`ProblemError`;constructor(e,t,n){super(t?.detail??`The server answered ${e}.`),this.status=e,this.problem=t,this.retryAfter=n}get code(){return this.problem?.code}get errors(){return this.problem?.errors??{}}static async of(t){let n=t.headers.get(`content-type`)?.startsWith(`application/problem+json`)?await t.json().catch(()=>void 0):void 0,r=Number(t.headers.get(`retry-after`)??NaN);return new e(t.status,n,Number.isFinite(r)?r:void 0)}},K=250,qe=15e3,Je=45e3;async function*Ye(e,t,n){let r=n.after===void 0?void 0:String(n.after),i=K,a=!1,o=new AbortController,s=()=>o.abort(n.signal?.reason);n.signal?.addEventListener(`abort`,s,{once:!0}),n.signal?.aborted&&s();try{for(;!o.signal.aborted;){let n=new AbortController,s=()=>n.abort();o.signal.addEventListener(`abort`,s,{once:!0});let c=Date.now();try{let o=await e(r,n.signal);a=!0;for await(let e of Ze(o,s))r=e.id,i=K,e.event===`resync`&&t(e.data.position),yield e}catch(e){if(o.signal.aborted)return;if(e instanceof G&&Xe(e,a))throw e;e instanceof G&&e.retryAfter!==void 0&&await $e(e.retryAfter*1e3,o.signal)}finally{o.signal.removeEventListener(`abort`,s),s()}Date.now()-c>qe&&(i=K),await $e(i*(.5+Math.random()),o.signal),i=Math.min(i*2,qe)}}finally{n.signal?.removeEventListener(`abort`,s),o.abort()}}function Xe(e,t){return e.status===429||e.status>=500?!1:e.code!==void 0||!t}async function*Ze(e,t){if(e.body===null)return;let n=e.body.pipeThrough(new TextDecoderStream).getReader(),r=``;for(;;){let e=setTimeout(t,Je),{done:i,value:a}=await n.read().finally(()=>clearTimeout(e));if(i)return;let o=(r+a).split(`

`);r=o.pop()??``;for(let e of o){let t=Qe(e);t!==void 0&&(yield t)}}}function Qe(e){let t={};for(let n of e.split(`
`)){let e=n.indexOf(`:`);e>0&&(t[n.slice(0,e)]=n.slice(e+1).replace(/^ /,``))}let{event:n,id:r,data:i}=t;if(n!==void 0&&r!==void 0&&i!==void 0)return{event:n,id:r,data:JSON.parse(i)}}function $e(e,t){return t.aborted?Promise.resolve():new Promise(n=>{let r=()=>{clearTimeout(i),t.removeEventListener(`abort`,r),n()},i=setTimeout(r,e);t.addEventListener(`abort`,r,{once:!0})})}var et=new Set([`get /v1/sites/{site}/articles`,`get /v1/sites/{site}/articles/{articleKey}`,`get /v1/sites/{site}/articles/{articleKey}/comments`,`get /v1/sites/{site}/articles/{articleKey}/comments.atom`,`get /v1/sites/{site}/articles/{articleKey}/comments.html`,`get /v1/sites/{site}/articles/{articleKey}/comments.json`,`get /v1/sites/{site}/articles/{articleKey}/live`,`get /v1/sites/{site}/commenters/{commenterKey}`,`get /v1/sites/{site}/commenters/{commenterKey}/comments`,`get /v1/sites/{site}/commenters/{commenterKey}/comments.atom`,`get /v1/sites/{site}/commenters/{commenterKey}/comments.json`,`get /v1/sites/{site}/comments.atom`,`get /v1/sites/{site}/comments.json`,`get /v1/sites/{site}/comments/{commentId}`,`get /v1/sites/{site}/comments/{commentId}/replies`,`post /v1/sites/{site}/comments/{commentId}/reports`,`get /v1/sites/{site}/counts`,`post /v1/sites/{site}/counts`,`post /v1/sites/{site}/guests`,`get /v1/sites/{site}/reports/{reportId}`,`get /v1/sites/{site}/search`]),tt=500,nt=2e3,rt=5e3;function it(){let{navigator:e}=globalThis;if(e?.locks!==void 0&&typeof BroadcastChannel<`u`&&globalThis.document!==void 0)return{locks:e.locks,channel:e=>new BroadcastChannel(e)}}async function*at(e,t,n,r,i,a){let o=new AbortController,s=()=>o.abort(a?.reason);a?.addEventListener(`abort`,s,{once:!0}),a?.aborted&&s();try{e===void 0?yield*n(i,o.signal):yield*new ot(e,t,n,r,i,o.signal).messages()}finally{a?.removeEventListener(`abort`,s),o.abort()}}var ot=class{#e=Math.random().toString(36).slice(2);#t;#n;#r;#i;#a;#o;#s=[];#c=()=>{};#l;#u;#d=!1;#f;#p;#m;#h;#g=[];#_;#v=0;constructor(e,t,n,r,i,a){this.#t=e.channel(`threadstore ${t}`),[this.#i,this.#r,this.#n,this.#a]=[e,t,n,r],[this.#u,this.#o]=[i,a]}async*messages(){let e=()=>this.#c();this.#o.addEventListener(`abort`,e),this.#t.onmessage=e=>this.#w(e.data),this.#i.locks.request(`threadstore ${this.#r}`,{signal:this.#o},()=>this.#S()).catch(e=>this.#b(e)),this.#C();try{for(;!this.#o.aborted;){let e=this.#s.shift();if(e!==void 0)yield e;else if(this.#l!==void 0)throw this.#l.error;else await new Promise(e=>this.#c=e)}}finally{this.#o.removeEventListener(`abort`,e),clearTimeout(this.#p),this.#D(),this.#t.close()}}#y(e){this.#u=e.id,this.#s.push(e),this.#c()}#b(e){this.#o.aborted||(this.#l={error:e},this.#c())}#x(e){this.#o.aborted||this.#t.postMessage(e)}async#S(){this.#d=!0,clearTimeout(this.#p),this.#D(),this.#_=this.#u;try{for await(let e of this.#n(this.#u,this.#o))this.#y(e),this.#g.push(e),this.#g.length>tt&&(this.#_=this.#g.shift()?.id),this.#x({kind:`message`,leader:this.#e,number:++this.#v,message:e})}catch(e){this.#b(e)}}#C(){this.#f=void 0,this.#x({kind:`hello`,from:this.#e,after:this.#u}),clearTimeout(this.#p),this.#p=setTimeout(()=>{this.#f===void 0&&!this.#d&&this.#O()},nt)}#w(e){if(!this.#o.aborted){if(this.#d){if(e.kind===`hello`){let[t,n]=[this.#e,this.#v],{from:r,after:i}=e;this.#x({kind:`welcome`,to:r,after:i,leader:t,number:n,missed:this.#E(i)})}}else if(e.kind===`welcome`&&e.to===this.#e&&e.after===this.#u){if(clearTimeout(this.#p),e.missed===null)return void this.#O();this.#D(),this.#f={leader:e.leader,number:e.number};for(let t of e.missed)this.#T(t)}else if(e.kind===`message`&&this.#f!==void 0){if(e.leader!==this.#f.leader||e.number!==this.#f.number+1)return this.#C();this.#f.number=e.number,this.#T(e.message)}}}#T(e){e.event===`resync`&&this.#a(e.data.position),this.#y(e)}#E(e){if(e===void 0)return[];let t=this.#g.findIndex(t=>t.id===e);return t>=0?this.#g.slice(t+1):this.#_===void 0||Number(e)<Number(this.#_)?null:this.#g.filter(t=>Number(t.id)>Number(e))}#D(){this.#m?.abort(),this.#m=void 0,clearInterval(this.#h)}async#O(){if(this.#m!==void 0)return;let e=this.#m=new AbortController;this.#h=setInterval(()=>this.#x({kind:`hello`,from:this.#e,after:this.#u}),rt);try{for await(let t of this.#n(this.#u,e.signal)){if(e.signal.aborted)return;this.#y(t)}}catch(t){e.signal.aborted||this.#b(t)}}},st=`/v1/sites/{site}/articles/{articleKey}/comments`,ct=`/v1/sites/{site}/comments/{commentId}/replies`,lt=`/v1/sites/{site}/articles/{articleKey}/live`,ut=6e4,dt=1e3,ft=class{#e;#t=0;#n={position:0,until:0};#r=new Map;constructor(e){this.#e=e}get position(){return this.#t}set position(e){this.#t=Math.max(this.#t,e),this.#n={position:Math.max(this.#n.position,e),until:Date.now()+ut}}get(e,...t){return this.#o(`get`,e,t[0])}post(e,...t){return this.#o(`post`,e,t[0])}put(e,...t){return this.#o(`put`,e,t[0])}patch(e,...t){return this.#o(`patch`,e,t[0])}delete(e,...t){return this.#o(`delete`,e,t[0])}async exchange(e,t,...n){let r=await this.#s(e,t,n[0]??{},!0);return{status:r.status,data:await mt(r),etag:r.headers.get(`ETag`),position:pt(r),location:r.headers.get(`Location`),headers:r.headers}}preview(e,t,n){let r={path:e,body:t,query:{dryRun:!0}};return this.#o(`post`,st,n===void 0?r:{...r,signal:n})}async*items(e,...t){for await(let n of this.#i(e,t[0]??{}))yield n}async*#i(e,t){let n=t.query?.cursor;do{let r=await this.#o(`get`,e,{...t,query:{...t.query,cursor:n}});yield*this.#a(r.items,t),n=r.nextCursor}while(n!==null)}async*#a(e,t){for(let n of e){if(yield n,n.replies===void 0)continue;yield*this.#a(n.replies.items,t);let e=n.replies.nextCursor;if(e===null)continue;let{sort:r,...i}=t.query??{},a={site:t.path?.site??``,commentId:n.id};yield*this.#i(ct,{...t,path:a,query:{...i,cursor:e}})}}watch(e,t={}){let n=this.#d(lt,e).href,r=t.after??this.#r.get(n),i=e=>this.position=e,a=(e,t)=>Ye(async(e,t)=>{let r=e===void 0?``:`?after=${encodeURIComponent(e)}`,i=await this.#p(n+r,{signal:t});if(!i.ok)throw await G.of(i);return i},i,e===void 0?{signal:t}:{after:e,signal:t}),o=r===void 0?void 0:String(r);return at(t.shared===!1?void 0:it(),n,a,i,o,t.signal)}async#o(e,t,n){return await mt(await this.#s(e,t,n??{},!1))}async#s(e,t,n,r){let i=et.has(`${e} ${t}`),{query:a={}}=n,o=!i||n.signedIn===!0||a.asOf!=null||a.atPosition!=null,s=await this.#c(e,t,n,i,o);if(s.status===404&&!o&&this.#e.token!==void 0&&(o=!0,s=await this.#c(e,t,n,i,o)),!s.ok&&!(r&&s.status===304))throw await G.of(s);let c=pt(s);return e!==`get`&&!i?this.position=c:this.#t=Math.max(this.#t,c),t===st&&e===`get`&&a.cursor==null&&this.#f(n,c),s}async#c(e,t,n,r,i){let a=this.#d(t,n.path??{});for(let[e,t]of Object.entries(n.query??{}))for(let n of Array.isArray(t)?t:[t])n!=null&&a.searchParams.append(e,String(n));e===`get`&&this.#n.position>0&&Date.now()<this.#n.until&&a.searchParams.set(`minPosition`,String(this.#n.position));let o=new Headers;for(let[e,t]of Object.entries(n.headers??{}))t!==void 0&&o.set(e,String(t));e===`post`&&!r&&Ke(o);let s={method:e.toUpperCase(),headers:o};n.body!==void 0&&(o.set(`Content-Type`,`application/json`),s.body=JSON.stringify(n.body)),n.signal!==void 0&&(s.signal=n.signal);let c=e!==`patch`||o.has(`If-Match`),l;for(let e=0;;e++){let t=i?await this.#u(l!==void 0):void 0;t!==void 0&&o.set(`Authorization`,`Bearer ${t}`);let r=await this.#l(a,s);if(r.status===401&&l===void 0&&t!==void 0&&typeof this.#e.token==`function`){l=t,e--;continue}let u=Ue(r,e,this.#e.retries??3,c);if(u===void 0){if(r instanceof Response)return r;throw r.error}await Ge(u,n.signal)}}async#l(e,t){try{return await this.#p(e,t)}catch(e){return{status:0,error:e}}}async#u(e){let{token:t}=this.#e;return typeof t==`function`?await t({refused:e}):t}#d(e,t){let n=this.#e.baseUrl.replace(/\/+$/,``)+ht(e,t);return new URL(n,globalThis.location?.href)}#f(e,t){let n=this.#d(lt,e.path??{}).href;this.#r.delete(n),this.#r.set(n,t);let[r]=this.#r.keys();this.#r.size>dt&&r!==void 0&&this.#r.delete(r)}#p(e,t){return(this.#e.fetch??globalThis.fetch)(e,t)}},pt=e=>Number(e.headers.get(`ThreadStore-Position`)??0)||0;async function mt(e){if(e.headers.get(`content-type`)?.startsWith(`application/json`))return e.json();let t=await e.text();return t===``?void 0:t}function ht(e,t){return e.replace(/\{(\w+)\}/g,(n,r)=>{let i=t[r];if(i===void 0)throw TypeError(`${e} needs ${r}.`);return encodeURIComponent(i)})}var q=class extends B{static{this.properties={thread:{attribute:!1}}}signedIn(){this.problem instanceof G&&this.problem.status===401&&(this.problem=void 0)}createRenderRoot(){return this}get speech(){return this.thread.speech}get discussion(){return this.thread.discussion}async focusOn(e){await this.updateComplete,this.querySelector(e)?.focus()}},gt=e=>requestAnimationFrame(()=>setTimeout(e));function _t(e,t){for(let n of e.querySelectorAll(`time`)){let e=t.ago(n.dateTime);n.textContent!==e&&(n.textContent=e)}}var vt=(()=>{let e=globalThis.trustedTypes;try{let t=e?.createPolicy(`thread-store`,{createHTML:e=>e});return t===void 0?e=>e:e=>t.createHTML(e)}catch{return e=>e}})();function J(e,t){customElements.get(e)===void 0&&customElements.define(e,t)}var yt=[`spam`,`offensive`,`harassment`,`misinformation`,`illegal`,`offTopic`,`other`],bt={author:`byAuthor`,moderator:`byModerator`,rule:`byRule`},xt=`:scope > article [data-toggle="more"]`,St=class extends q{static{this.properties={...q.properties,item:{attribute:!1},open:{state:!0},problem:{state:!0},said:{state:!0},isUnhidden:{state:!0},isBusy:{state:!0}}}constructor(){super(),[this.said,this.isUnhidden,this.isBusy]=[``,!1,!1]}willUpdate(){let{item:e}=this;e.redraw=()=>{let t=this.querySelector(`:scope > article`);e.comment.html===null&&t!==null&&t.style.minHeight===``&&(t.style.minHeight=`${t.offsetHeight}px`),this.requestUpdate()},e.reveal=()=>void this.#e(),e.goOn=e=>this.#y(e)}async#e(){await this.updateComplete;let e=this.querySelector(`:scope > article`);e?.scrollIntoView({block:`center`}),e?.focus({preventScroll:!0})}get#t(){return this.item.comment.id}get#n(){return this.item.comment.author?.name??this.speech.say(`somebody`)}get#r(){let{author:e}=this.item.comment;return!this.isUnhidden&&e!==null&&this.discussion.own?.ignored.includes(e.key)===!0}render(){let{item:e,speech:t}=this,{comment:n}=e,r=n.author===null?this.#i():t.say(`commentBy`,{name:this.#n});return j`
      <article id="comment-${this.#t}" part="comment" class=${n.featured?`comment featured`:`comment`}
        tabindex="-1" aria-label=${r}>
        ${n.author===null?j`<p class="removed">${this.#i()}</p>`:this.#r?this.#a():this.#o()}
      </article>
      ${this.open===`reply`?j`<ts-composer .thread=${this.thread} .kind=${`reply`} .item=${e} .done=${()=>this.#h(`reply`)}></ts-composer>`:N}
      ${e.replies.length===0&&e.next===null?N:j`<ol class="replies" part="replies">
            ${Be(e.replies,e=>e.comment.id,e=>j`<li><ts-comment .thread=${this.thread} .item=${e}></ts-comment></li>`)}
          </ol>`}
      ${e.next===null?N:j`<button class="more" part="button" aria-disabled=${this.isBusy} @click=${this.#D}>${t.say(`moreReplies`)}</button>`}
    `}#i(){return this.speech.say(bt[this.item.comment.removedBy??`moderator`])}#a(){return j`<p class="removed">
      ${this.speech.say(`ignored`,{name:this.#n})}
      <button part="button" @click=${this.#w}>${this.speech.say(`unignore`,{name:this.#n})}</button>
    </p>`}#o(){let{speech:e}=this,{comment:t}=this.item,n=this.thread.tellsTimes,r=t.depth>0?this.discussion.tree.find(t.parentId)?.comment.author:void 0;return j`
      <header>
        <h3 part="author"><bdi>${this.#n}</bdi></h3>
        ${t.author?.badges.map(e=>j`<span class="badge" part="badge">${e}</span>`)}
        ${t.featured?j`<span class="badge" part="badge">${e.say(`featured`)}</span>`:N}
        ${r==null?N:j`<span class="above">${e.say(`inReplyTo`,{name:r.name})}</span>`}
        ${t.editedAt===null?N:j`<span title=${n?e.time(t.editedAt):N}>${e.say(`edited`)}</span>`}
        <a part="time" href=${this.thread.linkTo(this.#t)}
          ><time datetime=${t.createdAt} title=${n?e.time(t.createdAt):N}
            .textContent=${n?e.ago(t.createdAt):``}></time></a>
      </header>
      ${t.state===`published`?N:j`<p class="note">${e.say(t.state===`pending`?`onlyYouPending`:`onlyYouRejected`)}</p>`}
      ${this.open===`edit`?j`<ts-composer .thread=${this.thread} .kind=${`edit`} .item=${this.item} .done=${()=>this.#h(`more`)}></ts-composer>`:j`<div class="text" part="body" dir="auto" lang=${this.thread.spoken} .innerHTML=${vt(t.html??``)}></div>`}
      ${this.#s()} ${this.#l()}
    `}#s(){let{discussion:e,speech:t,item:n}=this,{comment:r}=n,i=Object.entries(e.article?.rules.reactions??{}).sort(([,e],[,t])=>t-e).map(([e])=>e),a=e.isOpen&&r.state===`published`&&!r.locked&&r.depth<(e.article?.rules.maxDepth??1/0)&&e.own?.locked.includes(r.id)!==!0;return j`<div class="actions">
      ${r.state===`published`?i.map(e=>this.#c(e)):N}
      ${a&&e.article!==void 0?j`<button part="button" aria-expanded=${this.open===`reply`} aria-label=${t.say(`replyTo`,{name:this.#n})}
            data-toggle="reply" @click=${()=>this.#_()}>${t.say(`reply`)}</button>`:N}
      ${e.article===void 0?N:j`<button part="button" aria-expanded=${this.open===`more`} aria-label=${t.say(`more`,{name:this.#n})}
            data-toggle="more" @click=${()=>this.#p(`more`)}>⋯</button>`}
      ${n.fresh.length===0?N:j`<button class="fresh" part="fresh" @click=${this.#E}>${t.count(`newReplies`,n.fresh.length)}</button>`}
    </div>`}#c(e){let{comment:t}=this.item,{own:n,article:r}=this.discussion,i=r?.rules.reactions[e]??0,a=e===`like`||e===`dislike`?this.speech.say(e):e,o=n?.reactions[t.id]===e,s=i>0?`▲`:i<0?`▼`:``,c=e===`like`||e===`dislike`;return j`<button part="reaction" class="reaction" title=${a} aria-pressed=${o}
      ?disabled=${n!==void 0&&(n.commenter.key===t.author?.key||!n.can.react.allowed)}
      @click=${()=>this.#S(e)}
      >${c?j`<span aria-hidden="true">${s}</span><span class="unseen">${a}</span>`:j`<span>${a}</span>`}
      <span>${this.speech.number(t.reactions[e]??0)}</span></button>`}#l(){let{speech:e}=this,t=this.problem===void 0?N:this.problem instanceof G&&this.problem.status===401?j`${e.say(`sessionOver`)} <button part="button" @click=${()=>this.thread.askSignIn()}>${e.say(`signIn`)}</button>`:e.problem(this.problem);return j`
      ${this.problem===void 0?N:j`<p class="problem" role="alert">${t}</p>`}
      ${this.said===``?N:j`<p class="note">${this.said}</p>`}
      ${this.open===`more`?this.#u():this.open===`report`?this.#d():this.open===`remove`?this.#f():N}
    `}#u(){let{speech:e,discussion:t}=this,{comment:n}=this.item,{own:r}=t,i=r!==void 0&&r.commenter.key===n.author?.key,a=n.author!==null&&r?.ignored.includes(n.author.key)===!0,o=r?.can.edit[n.id],s=(e,t)=>j`<button part="button" @click=${t}>${e}</button>`;return j`<div class="menu" part="menu" role="group" aria-label=${e.say(`more`,{name:this.#n})} @keydown=${this.#g}>
      ${o!==void 0&&new Date(o)>new Date?s(e.say(`edit`),()=>this.#p(`edit`,`textarea`)):i&&(t.article?.rules.editWindowMinutes??0)>0?j`<span class="note">${e.say(`tooLate`)}</span>`:N}
      ${r?.can.delete.includes(n.id)?s(e.say(`remove`),()=>this.#p(`remove`,`.menu button`)):N}
      ${i?N:r?.flags.includes(n.id)?j`<span class="note">${e.say(`reported`)}</span>`:s(e.say(`report`),()=>this.#v())}
      ${s(e.say(`copyLink`),()=>this.#T())}
      ${r===void 0||i?N:s(e.say(a?`unignore`:`ignore`,{name:this.#n}),()=>this.#x(()=>t.ignore(n.author.key,!a)))}
    </div>`}#d(){let{speech:e}=this;return j`<form class="menu report" @submit=${this.#C} @keydown=${this.#g}>
      <fieldset>
        <legend>${e.say(`reportWhy`)}</legend>
        ${yt.map(t=>j`<label><input type="radio" name="reason" value=${t} required /> ${e.say(t)}</label>`)}
      </fieldset>
      <label class="field"><span class="label">${e.say(`reportNote`)}</span><textarea part="textarea" name="note" dir="auto" rows="2" maxlength="1000"></textarea></label>
      <div class="actions">
        <button class="primary" part="primary" aria-disabled=${this.isBusy}>${e.say(`reportSend`)}</button>
        <button type="button" part="button" @click=${()=>this.#h(`more`)}>${e.say(`cancel`)}</button>
      </div>
    </form>`}#f(){let{speech:e,discussion:t,item:n}=this;return j`<div class="menu" role="group" aria-label=${e.say(`removeSure`)} @keydown=${this.#g}>
      <span>${e.say(`removeSure`)}</span>
      <button class="primary" part="primary" aria-disabled=${this.isBusy} @click=${()=>this.#x(async()=>{await t.remove(n),this.thread.announce(e.say(`gone`)),n.reveal?.()})}>${e.say(`remove`)}</button>
      <button part="button" @click=${()=>this.#h(`more`)}>${e.say(`cancel`)}</button>
    </div>`}#p(e,t){this.open=this.open===e?void 0:e,this.said=``,this.open!==void 0&&this.#m(t===void 0?void 0:`:scope > article ${t}`,`:scope > article .menu`)}async#m(e,t){await this.updateComplete;let n=this.querySelector(t);await n?.updateComplete,e!==void 0&&this.querySelector(e)?.focus({preventScroll:!0}),n?.scrollIntoView({block:`nearest`})}#h(e){this.open=void 0,this.focusOn(`:scope > article [data-toggle="${e}"]`)}#g=e=>{e.key===`Escape`&&this.#h(`more`)};#_(){if(!this.discussion.isSignedIn)return this.thread.askSignIn({id:this.#t,open:`reply`});this.open=this.open===`reply`?void 0:`reply`,this.said=``,this.open===`reply`&&this.#m(`:scope > ts-composer textarea`,`:scope > ts-composer`)}#v(){if(!this.discussion.isSignedIn)return this.thread.askSignIn({id:this.#t,open:`report`});this.#p(`report`,`input`)}#y(e){let{own:t}=this.discussion;this.open!==e&&this.item.comment.author!==null&&(e===`reply`?this.#_():t?.flags.includes(this.#t)||t?.commenter.key===this.item.comment.author.key?this.#b(`more`):this.#v())}#b(e){this.open!==e&&this.#p(e)}async#x(e){if(this.isBusy)return;[this.problem,this.isBusy]=[void 0,!0];let t=this.querySelector(`:scope > article .menu:focus-within`)!==null;try{await e(),this.open=void 0,await this.updateComplete,t&&this.querySelector(this.#r?`:scope > article`:xt)?.focus()}catch(e){this.problem=e}finally{this.isBusy=!1}}#S(e){if(!this.discussion.isSignedIn)return this.thread.askSignIn();this.problem=void 0,this.discussion.react(this.item,e).catch(e=>this.problem=e)}#C=e=>{e.preventDefault();let t=new FormData(e.target);this.#x(async()=>{await this.discussion.flag(this.item,t.get(`reason`),String(t.get(`note`)??``)),this.said=this.speech.say(`reported`),this.thread.announce(this.said)})};#w=()=>{this.isUnhidden=!0,this.focusOn(`:scope > article`)};async#T(){let e=this.thread.linkTo(this.#t),t=await navigator.clipboard?.writeText(e).then(()=>!0,()=>!1);this.#h(`more`),this.said=t?this.speech.say(`copied`):e,this.thread.announce(this.said)}#E=()=>{let[e]=this.discussion.showFreshReplies(this.item);this.updateComplete.then(()=>e?.reveal?.())};#D=async()=>{await this.#x(async()=>{let[e]=await this.discussion.moreReplies(this.item);await this.updateComplete,e?.reveal?.()})}},Y=new Map,Ct=class{#e;constructor(...e){this.#e=`thread-store:${e.map(encodeURIComponent).join(`/`)}`}read(){try{let e=Y.get(this.#e)??localStorage.getItem(this.#e),t=e?JSON.parse(e):void 0;return typeof t?.body==`string`?t:{body:``}}catch{return{body:``}}}write(e){let t=JSON.stringify(e);try{e.body===``?localStorage.removeItem(this.#e):localStorage.setItem(this.#e,t),Y.delete(this.#e)}catch{Y.set(this.#e,t)}}clear(){Y.delete(this.#e),this.write({body:``})}};function wt(e){if(e.sent?.body===e.body)return e.sent.key;let t=Array.from(crypto.getRandomValues(new Uint8Array(16)),e=>e.toString(16).padStart(2,`0`)).join(``);return e.sent={body:e.body,key:t},t}var Tt=class extends q{static{this.properties={...q.properties,kind:{attribute:!1},item:{attribute:!1},problem:{state:!0},prospect:{state:!0},shown:{state:!0},isBusy:{state:!0},length:{state:!0}}}#e;#t;constructor(){super(),this.done=()=>{},this.#c=e=>{let{value:t}=e.target;this.#t={...this.#t,body:t},this.#e.write(this.#t),this.length=[...t].length,[this.prospect,this.problem,this.shown]=[void 0,void 0,`text`]},this.#l=e=>{e.key===`Enter`&&(e.ctrlKey||e.metaKey)?this.#f(e):e.key===`Escape`&&this.kind!==`comment`&&this.#u()},this.#d=async()=>{this.shown===`preview`?(this.shown=`text`,this.focusOn(`textarea`)):await this.#p(async()=>{await this.#m(),this.shown=`preview`,await this.focusOn(`.preview`)})},this.#f=async e=>{e.preventDefault(),await this.#p(async()=>{if(!this.#s&&this.shown!==`advice`){let{state:e}=await this.#m();if(e!==`published`){this.shown=`advice`;return}}await(this.kind===`edit`?this.#g():this.#h())})},[this.kind,this.shown,this.isBusy,this.length]=[`comment`,`text`,!1,0]}connectedCallback(){super.connectedCallback();let{site:e,articleKey:t}=this.discussion.place,n=this.item?.comment.id??``;this.#e=new Ct(e,t,...this.kind===`comment`?[]:[this.kind,n]),this.#t=this.#e.read(),this.kind===`edit`&&this.#t.body===``&&(this.#t={body:this.item?.comment.body??``}),this.length=[...this.#t.body].length}signedIn(){let e=this.querySelector(`.problem:focus-within`)!==null;super.signedIn(),e&&this.focusOn(`textarea`)}get#n(){return this.item?.comment.author?.name??this.speech.say(`somebody`)}get#r(){return this.discussion.article?.rules.maxCommentLength??1/0}render(){let{speech:e}=this,t=this.kind===`comment`?e.say(`write`):this.kind===`edit`?e.say(`writeEdit`):e.say(`writeReply`,{name:this.#n}),n=this.length-this.#r;return j`<form class="composer" part="composer" novalidate @submit=${this.#f} @keydown=${this.#l}>
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
            .innerHTML=${vt(this.prospect?.html??``)}></div>`:N}
      ${this.shown===`advice`?this.#i():N}
      ${this.problem===void 0?N:j`<p class="problem" role="alert">${this.#a()}</p>`}
      <div class="actions">
        <button class="primary" part="primary" type="submit" aria-disabled=${this.isBusy}>
          ${e.say(this.#o?`retry`:this.shown===`advice`?`anyway`:this.kind===`edit`?`save`:`post`)}
        </button>
        <button type="button" part="button" aria-disabled=${this.isBusy} @click=${this.#d}>
          ${e.say(this.shown===`preview`?`goOn`:`preview`)}
        </button>
        ${this.kind===`comment`?N:j`<button type="button" part="button" @click=${()=>this.#u()}>${e.say(`cancel`)}</button>`}
        <small class="hint">${n>0?j`<strong role="status">${e.count(`tooMany`,n)}</strong>`:n>-200?e.count(`left`,-n):e.say(`hint`)}</small>
      </div>
    </form>`}#i(){let e=this.prospect?.state===`rejected`;return j`<p class="advice" role="alert">${this.speech.say(e?`rejectedAdvice`:`heldAdvice`)}</p>`}#a(){let{problem:e,speech:t}=this;return typeof e==`string`?e:e instanceof G&&e.status===401?j`${t.say(`sessionOver`)}
      <button type="button" part="button" @click=${()=>this.thread.askSignIn()}>${t.say(`signIn`)}</button>`:t.problem(e)}get#o(){let{problem:e}=this;return e===void 0||typeof e==`string`?!1:!(e instanceof G)||e.status>=500}get#s(){return this.#t.sent?.body===this.#t.body}#c;#l;#u(){this.kind===`edit`&&this.#e.clear(),this.done()}#d;#f;async#p(e){if(!this.isBusy){if(this.problem=void 0,this.#t.body.trim()===``)this.problem=this.speech.say(`writeFirst`),this.focusOn(`textarea`);else{this.isBusy=!0;try{await e()}catch(e){this.problem=e,e instanceof G&&e.status<500&&delete this.#t.sent,this.#e.write(this.#t),e instanceof G&&e.code===`discussion-closed`&&this.discussion.loadArticle()}finally{this.isBusy=!1}}}}async#m(){let e=this.kind===`edit`?this.item?.comment.parentId:this.item?.comment.id;return this.prospect??=await this.discussion.check(this.#t.body,e??null)}async#h(){let e=wt(this.#t);this.#e.write(this.#t);let t=await this.discussion.post(this.#t.body,this.item?.comment.id??null,e);this.#_(),this.thread.posted(t.comment),this.thread.announce(this.speech.say(t.comment.state===`published`?`posted`:`held`)),this.done(t),await this.updateComplete,t.reveal?.()}async#g(){await this.discussion.edit(this.item,this.#t.body),this.#_(),this.thread.announce(this.speech.say(`saved`)),this.done()}#_(){this.#e.clear(),this.#t={body:``},[this.prospect,this.shown,this.length]=[void 0,`text`,0],this.requestUpdate()}},Et={},Dt=Me(class extends Ne{constructor(){super(...arguments),this.ot=Et}render(e,t){return t()}update(e,[t,n]){if(Array.isArray(t)){if(Array.isArray(this.ot)&&this.ot.length===t.length&&t.every((e,t)=>e===this.ot[t]))return M}else if(this.ot===t)return M;return this.ot=Array.isArray(t)?Array.from(t):t,this.render(t,n)}});function Ot({speech:e},t,n){return t===void 0?j`<slot><p class="loading" id="count">${e.say(`loading`)}</p></slot>`:j`<slot></slot>
        <p class="problem" id="count" role="alert">${e.say(`loadFailed`)} ${e.problem(t)}</p>
        <button class="primary" part="primary" @click=${n}>${e.say(`retry`)}</button>`}function kt({speech:e},t,n){let r=(t,r,i)=>r===0?N:j`<button class="fresh" part="fresh" @click=${()=>n(i())}>
          ${e.count(t,r)}</button>`;return j`<div class="arrivals">
    ${r(`newComments`,t.fresh.length,()=>t.showFresh())}
    ${r(`waiting`,t.waiting.length,()=>t.showWaiting())}
  </div>`}function At(e,t){if(e===void 0||jt(e)!==jt(t))return;let[n,r]=[Mt(e),Mt(t)];return[...new Set([...n.keys(),...r.keys()])].filter(e=>n.get(e)!==r.get(e))}var jt=({commenter:e,can:t,ignored:n,locked:r})=>JSON.stringify([e.key,t.react,t.flag,n,r]);function Mt({reactions:e,flags:t,can:n}){let r=new Map,i=(e,t)=>r.set(e,`${r.get(e)??``} ${t}`);for(let[t,n]of Object.entries(e))i(t,n);for(let e of t)i(e,`flagged`);for(let[e,t]of Object.entries(n.edit))i(e,t);for(let e of n.delete)i(e,`delete`);return r}var Nt=class{#e=new Map;find(e){return e==null?void 0:this.#e.get(e)}take(e){let t=this.#e.get(e.id);return t===void 0?(t={comment:e,replies:[],next:null,fresh:[]},this.#e.set(e.id,t),!(`replies`in e)&&e.replyCount>0&&(t.next=``)):this.update(t,e),`replies`in e&&this.extend(t,e.replies),t}extend(e,t){let n=X(e.replies,t.items.map(e=>this.take(e)));return e.replies=[...e.replies,...n],e.fresh=X(e.replies,e.fresh),e.next=t.nextCursor,e.redraw?.(),n}update(e,t){t.version<e.comment.version||(e.comment=t,e.redraw?.())}all(){return this.#e.values()}};function X(e,t){let n=new Set(e);return t.filter(e=>!n.has(e))}var Z=`/v1/sites/{site}/articles/{articleKey}`,Q=`/v1/sites/{site}/comments/{commentId}`,Pt=class{constructor(e,t,n,r,i){this.api=e,this.place=t,this.sort=n,this.isSignedIn=r,this.stage=i,this.tree=new Nt,this.items=[],this.fresh=[],this.waiting=[],this.next=null,this.isGone=!1}get isOpen(){return this.article?.discussion!==`closed`}get isReady(){return this.count!==void 0}async load(e){let[t]=await Promise.all([this.#r(null),e===void 0?void 0:this.#i(e)]);this.items=t.items.map(e=>this.tree.take(e)),this.linked!==void 0&&(this.items=[this.linked,...X([this.linked],this.items)]),this.next=t.nextCursor,this.counted(t.commentCount),await Promise.all([this.loadArticle(),this.loadOwn()])}async loadArticle(){this.article=await this.api.get(Z,{path:this.place}),this.redrawAll()}async loadOwn(){if(!this.isSignedIn)return;let e=this.own,t=await this.api.get(`${Z}/me`,{path:this.place});this.own=t;for(let e of t.own)this.#e(e);let n=At(e,t);if(n===void 0)return this.redrawAll();for(let e of n)this.tree.find(e)?.redraw?.();this.stage.redraw()}#e(e){let t=this.tree.find(e.id);if(t!==void 0)return this.tree.update(t,e);let n=this.tree.take(e);e.state===`published`?this.insert(n):this.waiting=[...this.waiting,n]}async more(){let e=await this.#r(this.next),t=X(this.items,e.items.map(e=>this.tree.take(e)));return this.items=[...this.items,...t],this.fresh=X(this.items,this.fresh),this.next=e.nextCursor,this.counted(e.commentCount),t}async moreReplies(e){let t={site:this.place.site,commentId:e.comment.id},n=e.next?{cursor:e.next}:{};return this.tree.extend(e,await this.api.get(`${Q}/replies`,{path:t,query:n}))}showFresh(){let e=this.fresh;return this.items=[...e,...X(e,this.items)],this.fresh=[],this.stage.redraw(),e}showWaiting(){let e=this.waiting;this.waiting=[];for(let t of e)this.insert(t);return e}showFreshReplies(e){let t=e.fresh;return e.replies=[...e.replies,...X(e.replies,t)],e.fresh=[],e.redraw?.(),t}insert(e){let t=this.tree.find(e.comment.parentId);t===void 0?(this.items=[e,...X([e],this.items)],this.fresh=X([e],this.fresh)):(t.replies=[...t.replies,...X(t.replies,[e])],t.fresh=X([e],t.fresh),t.redraw?.()),this.stage.redraw()}counted(e){if(e===this.count)return;let t=this.count===void 0;this.count=e,this.stage.counted(e),t?this.stage.redraw():this.stage.redrawSoon()}check(e,t){return this.api.preview(this.place,{body:e,parentId:t})}async post(e,t,n){let r=this.count,i=await this.api.post(`${Z}/comments`,{path:this.place,body:{body:e,parentId:t},headers:{"Idempotency-Key":n}}),a=i.state===`published`&&this.tree.find(i.id)===void 0,o=this.tree.take(i),s=this.tree.find(t);return s!==void 0&&a&&this.tree.update(s,{...s.comment,replyCount:s.comment.replyCount+1}),this.insert(o),a&&this.count===r&&this.counted((r??0)+1),this.loadOwn().catch(()=>{}),o}async edit(e,t){let n=await this.api.patch(Q,{path:this.#n(e),body:{body:t},headers:{"If-Match":`"${e.comment.version}"`}});this.tree.update(e,n),this.loadOwn().catch(()=>{})}async remove(e){await this.api.delete(Q,{path:this.#n(e)}),this.bury(e,{...e.comment,state:`deleted`,removedBy:`author`,version:e.comment.version+1})}bury(e,t){this.tree.update(e,{...t,author:null,body:null,html:null,reactions:{}})}async react(e,t){let{id:n}=e.comment,r=this.own;if(r===void 0)return;let i=r.reactions[n],a=e.comment,o={...a.reactions},s=(e,t)=>o[e]=Math.max(0,(o[e]??0)+t);i!==void 0&&s(i,-1),i!==t&&s(t,1),this.#t(e,o,i===t?void 0:t);let c={...this.#n(e),kind:t},l=i===t?void 0:t,u=(e.turn??Promise.resolve()).catch(()=>{}).then(()=>l===void 0?this.api.delete(`${Q}/reactions/{kind}`,{path:c}):this.api.put(`${Q}/reactions/{kind}`,{path:c}));e.turn=u;try{let t=await u;e.turn===u&&this.#t(e,t.reactions,l)}catch(t){throw e.turn===u&&this.#t(e,a.reactions,i),t}}#t(e,t,n){n===void 0?delete this.own?.reactions[e.comment.id]:this.own!==void 0&&(this.own.reactions[e.comment.id]=n),this.tree.update(e,{...e.comment,reactions:t})}async flag(e,t,n){await this.api.post(`${Q}/flags`,{path:this.#n(e),body:{reason:t,note:n||null}}),this.own?.flags.push(e.comment.id),e.redraw?.()}async ignore(e,t){let n={site:this.place.site,commenterKey:e};t?await this.api.put(`/v1/sites/{site}/me/ignored/{commenterKey}`,{path:n}):await this.api.delete(`/v1/sites/{site}/me/ignored/{commenterKey}`,{path:n}),await this.loadOwn()}get takesGuests(){return this.article!==void 0&&`guests`in this.article.rules}get challengesGuests(){return this.article?.rules.challenge===!0}async becomeGuest(e,t){let n={name:e,...t===void 0?{}:{challenge:t}};return(await this.api.post(`/v1/sites/{site}/guests`,{path:{site:this.place.site},body:n})).token}async acknowledge(){await this.api.post(`/v1/sites/{site}/me/acknowledge`,{path:{site:this.place.site}}),await this.loadOwn()}#n(e){return{site:this.place.site,commentId:e.comment.id}}#r(e){return this.api.get(`${Z}/comments`,{path:this.place,query:{sort:this.sort,...e?{cursor:e}:{}}})}async#i(e){try{let{ancestors:t,...n}=await this.api.get(Q,{path:{site:this.place.site,commentId:e}});if(n.article!==this.place.articleKey)return;let[r,...i]=[...t,n].map(e=>this.tree.take(e));this.linked=r;let a=r;for(let e of i)a!==void 0&&(a.replies=[e]),a=e}catch(e){if(!(e instanceof G))throw e}}redrawAll(){for(let e of this.tree.all())e.redraw?.();this.stage.redraw()}},Ft=6e4,It=class{#e;#t;constructor(e,t,n=()=>{}){this.source=t,this.refused=n,this.#e=e||void 0}get isSignedIn(){return this.#e!==void 0||this.source!==void 0}async token(e){return this.source===void 0?(e.refused&&this.refused(),this.#e):this.#e!==void 0&&!e.refused&&Date.now()<Lt(this.#e)-Ft?this.#e:(this.#t??=Promise.resolve(this.source()).finally(()=>this.#t=void 0),this.#e=await this.#t||void 0)}};function Lt(e){try{let t=e.split(`.`)[1].replace(/-/g,`+`).replace(/_/g,`/`);return(JSON.parse(atob(t)).exp??1/0)*1e3}catch{return 1/0}}var Rt=class{#e;#t;constructor(e,t){this.#e=`thread-store-guest:${e} ${t}`;try{let e=JSON.parse(localStorage.getItem(this.#e)??`null`);typeof e?.token==`string`&&typeof e.name==`string`&&(this.#t=e)}catch{}}get known(){return this.#t!==void 0&&Date.now()<Lt(this.#t.token)?this.#t:void 0}begin(e){this.#t=e;try{localStorage.setItem(this.#e,JSON.stringify(e))}catch{}}end(){this.#t=void 0;try{localStorage.removeItem(this.#e)}catch{}}};async function zt(e,t){for await(let n of e.api.watch(e.place,{signal:t}))n.event===`resync`?await Ht(e):Bt(e,n)}function Bt(e,t){let{tree:n,stage:r,article:i}=e;switch(t.event){case`comment-published`:{let i=n.find(t.data.id);if(i!==void 0)return n.update(i,t.data);let a=n.find(t.data.parentId);Vt(e,t.data)&&r.news(parseInt(t.id)),t.data.parentId===null?(e.fresh=[n.take(t.data),...e.fresh],r.redrawSoon()):a!==void 0&&(n.update(a,{...a.comment,replyCount:a.comment.replyCount+1}),a.next===null&&(a.fresh=[...a.fresh,n.take(t.data)]),a.redraw?.());break}case`comment-edited`:case`reactions-changed`:{let e=n.find(t.data.id);e!==void 0&&n.update(e,t.data);break}case`comment-removed`:{let i=n.find(t.data.id);if(i===void 0)break;e.fresh=e.fresh.filter(e=>e!==i);let a=n.find(i.comment.parentId);a!==void 0&&(a.fresh=a.fresh.filter(e=>e!==i),n.update(a,{...a.comment,replyCount:Math.max(0,a.comment.replyCount-1)})),e.bury(i,t.data),r.redrawSoon();break}case`count-changed`:e.counted(t.data.commentCount);break;case`discussion-closed`:case`discussion-opened`:i!==void 0&&(e.article={...i,discussion:t.data.discussion}),r.redrawSoon();for(let e of n.all())e.redraw?.()}}function Vt({own:e},t){if(e===void 0||t.author?.key===e.commenter.key)return!1;if(t.parentId!==null&&e.can.delete.includes(t.parentId))return!0;let{key:n,name:r}=e.commenter;return[`@${n}`,`@"${r}"`].some(e=>t.body?.includes(e))}async function Ht(e){let{api:t,place:n,tree:r}=e,i=await t.get(`/v1/sites/{site}/articles/{articleKey}/comments`,{path:n}),a=i.items.map(e=>r.take(e));e.fresh=X(e.items,a),e.counted(i.commentCount),await e.loadArticle()}var Ut={"bad-request":`unreadable`,validation:`invalid`,"bad-cursor":`unreadable`,unauthorized:`unauthorized`,"token-revoked":`unauthorized`,forbidden:`forbidden`,"not-found":`notFound`,"method-not-allowed":`unreadable`,"too-large":`tooLarge`,"idempotency-conflict":`conflict`,"uri-too-long":`tooLarge`,"headers-too-large":`tooLarge`,"rate-limited":`tooFast`,"site-not-found":`noArticle`,"article-not-found":`noArticle`,"article-exists":`conflict`,"article-withdrawn":`noArticle`,"comment-not-found":`noComment`,"comment-deleted":`noComment`,"commenter-not-found":`notFound`,"not-in-good-standing":`standing`,"slow-mode":`slowMode`,"warning-not-acknowledged":`warned`,"not-entitled":`notEntitled`,"challenge-failed":`challenge`,"discussion-closed":`closed`,"parent-not-available":`noParent`,"branch-locked":`locked`,"too-deep":`tooDeep`,"duplicate-comment":`duplicate`,"own-comment":`ownComment`,"edit-window-over":`tooLate`,"stale-version":`stale`,"not-published":`conflict`,"not-undoable":`conflict`,"not-enough-decisions":`conflict`,"model-not-found":`notFound`,"decision-not-found":`notFound`,"nothing-to-appeal":`conflict`,"already-appealed":`conflict`,"appeal-not-found":`notFound`,erased:`conflict`,"erasure-not-found":`notFound`,"import-not-found":`notFound`,"webhook-not-found":`notFound`,"delivery-not-found":`notFound`,"report-not-found":`notFound`,"appeal-closed":`conflict`,internal:`internal`,busy:`busy`,unavailable:`busy`,behind:`busy`},Wt={comments:{one:`# comment`,other:`# comments`},newComments:{one:`# new comment`,other:`# new comments`},newReplies:{one:`# new reply`,other:`# new replies`},waiting:{one:`# comment of yours waits for a moderator`,other:`# comments of yours wait for a moderator`},left:{one:`# character left`,other:`# characters left`},tooMany:{one:`# character too many`,other:`# characters too many`},unread:{one:`# unread`,other:`# unread`},sortBy:`Sort by`,newest:`newest`,oldest:`oldest`,best:`best`,hot:`hot`,controversial:`controversial`,replies:`most replies`,loading:`Loading the discussion …`,loadFailed:`The discussion can’t be loaded at present.`,retry:`Try again`,moreComments:`More comments`,moreReplies:`More replies`,empty:`No comments yet. Be the first to write one.`,write:`Your comment`,writeReply:`Your reply to {name}`,writeEdit:`Edit your comment`,hint:`**bold**, *emphasis*, > quote, - list`,post:`Post`,save:`Save`,cancel:`Cancel`,preview:`Preview`,goOn:`Go on writing`,writeFirst:`Write something first.`,heldAdvice:`As it stands, a moderator will look at this before others can read it. You can change it, or post it all the same.`,rejectedAdvice:`As it stands, this will not be published. Please think again about how you say it.`,anyway:`Post it all the same`,posted:`Your comment is posted.`,held:`Thank you. A moderator will look at your comment first.`,saved:`Your change is saved.`,gone:`Your comment is deleted.`,signIn:`Sign in to comment`,sessionOver:`Your session has ended. What you wrote is kept.`,guestName:`Your name`,guestStart:`Write as a guest`,guestAs:`You write as {name}.`,guestEnd:`Write under another name`,reply:`Reply`,replyTo:`Reply to {name}`,inReplyTo:`in reply to {name}`,commentBy:`Comment by {name}`,somebody:`Somebody`,more:`More about the comment by {name}`,edit:`Edit`,remove:`Delete`,removeSure:`Delete your comment for good?`,report:`Report`,reportWhy:`What is wrong with this comment?`,reportNote:`Anything moderators should know (optional)`,reportSend:`Send the report`,reported:`Thank you. Moderators will look at it.`,spam:`It is spam`,offensive:`It is offensive`,harassment:`It harasses somebody`,misinformation:`It spreads falsehoods`,illegal:`It is illegal`,offTopic:`It is off topic`,other:`Something else`,copyLink:`Copy link`,copied:`The link is copied.`,ignore:`Ignore {name}`,unignore:`Show {name} again`,ignored:`Hidden, since you ignore {name}`,like:`Like`,dislike:`Dislike`,edited:`edited`,featured:`Editors’ pick`,onlyYouPending:`Only you see this until a moderator has looked at it.`,onlyYouRejected:`Only you see this: it was not published.`,byAuthor:`Deleted by its author`,byModerator:`Removed by a moderator`,byRule:`Removed by a rule of this site`,linked:`The comment that a link led to`,offline:`You are offline. What you write is kept.`,online:`You are online again.`,warned:`The moderators wrote to you:`,acknowledge:`I have read it`,until:`Until {time}.`,inbox:`Notifications`,inboxEmpty:`Nothing yet.`,gotReply:`{name} replied to you`,gotMention:`{name} mentioned you`,gotFeatured:`Your comment is an editors’ pick`,gotDecision:`A moderator decided on your comment`,gotAppeal:`Your appeal was decided`,gotWarning:`A message from the moderators`,unreadable:`The server did not understand this. Reload the page and try again.`,invalid:`The text can’t be taken as it is: it is empty, too long, or has characters that can’t be stored.`,unauthorized:`Please sign in again. What you wrote is kept.`,forbidden:`You may not do this here.`,notFound:`There is nothing here any more.`,tooLarge:`This is too long for the server.`,tooFast:`That was a lot at once. Wait a moment, then try again.`,slowMode:`This discussion goes slowly: wait a little before you write again.`,noArticle:`This article is not there any more. What you wrote is kept.`,noComment:`This comment is not there any more.`,standing:`You may not write here at present.`,notEntitled:`Your account does not include comments.`,challenge:`Show that you are a person first.`,closed:`The discussion is closed.`,noParent:`The comment that you reply to is not there any more. What you wrote is kept.`,locked:`Nobody can reply here any more.`,tooDeep:`Replies can’t go deeper here. Reply to a comment further up.`,duplicate:`You have just posted the same text.`,ownComment:`This is your own comment.`,tooLate:`It is too late to edit this comment.`,stale:`The comment has changed meanwhile. Look at it again before you save.`,conflict:`This can’t be done as things stand now.`,internal:`Something went wrong on the server. What you wrote is kept.`,busy:`The server is busy. Try again in a moment.`,unreachable:`The server can’t be reached. What you wrote is kept.`},Gt=(function(){let e=typeof document<`u`&&document.createElement(`link`).relList;return e&&e.supports&&e.supports(`modulepreload`)?`modulepreload`:`preload`})(),Kt=function(e,t){return new URL(e,t).href},qt={},Jt=function(e){return e.pathname.endsWith(`.css`)},Yt=function(e,t,n){if(t in e)return e[t];let r=n();if(!r){e[t]=void 0;return}let i=r.then(()=>{e[t]=void 0},n=>{throw e[t]=void 0,n});return e[t]=i,i},$=function(e,t,n){let r=Promise.resolve();if(t&&t.length>0){let e,i=document.querySelector(`meta[property=csp-nonce]`),a=i?.nonce||i?.getAttribute(`nonce`);function o(e){return Promise.all(e.map(e=>Promise.resolve(e).then(e=>({status:`fulfilled`,value:e}),e=>({status:`rejected`,reason:e}))))}function s(e){return import.meta.resolve?new URL(import.meta.resolve(e)):new URL(e,import.meta.url)}r=o(t.map(t=>{t=Kt(t,n);let r=s(t),i=Jt(r);return Yt(qt,r.href,()=>{if(e===void 0){e={all:new Set,styles:new Set};let t=document.getElementsByTagName(`link`);for(let n=t.length-1;n>=0;n--){let r=t[n];e.all.add(r.href),r.rel===`stylesheet`&&e.styles.add(r.href)}}if((i?e.styles:e.all).has(r.href))return;let t=document.createElement(`link`);if(t.rel=i?`stylesheet`:Gt,i||(t.as=`script`),t.crossOrigin=``,t.href=r.href,a&&t.setAttribute(`nonce`,a),document.head.appendChild(t),i)return new Promise((e,n)=>{let i=a=>{t.removeEventListener(`load`,i),t.removeEventListener(`error`,i),a.type===`error`?n(Error(`Unable to preload CSS for ${r}`)):e(a)};t.addEventListener(`load`,i),t.addEventListener(`error`,i)})})}).filter(e=>e!==void 0))}function i(e){let t=new Event(`vite:preloadError`,{cancelable:!0});if(t.payload=e,window.dispatchEvent(t),!t.defaultPrevented)throw e}return r.then(t=>{for(let e of t||[])e.status===`rejected`&&i(e.reason);return e().catch(i)})},Xt={ar:()=>$(()=>import(`./assets/ar-DBUAflp6.js`),[],import.meta.url),de:()=>$(()=>import(`./assets/de-DsG8JjGc.js`),[],import.meta.url),es:()=>$(()=>import(`./assets/es-L1R7jpYv.js`),[],import.meta.url),fr:()=>$(()=>import(`./assets/fr-jJTxz-l3.js`),[],import.meta.url),it:()=>$(()=>import(`./assets/it-nI0JxXpR.js`),[],import.meta.url),ja:()=>$(()=>import(`./assets/ja-eMKdkgAc.js`),[],import.meta.url),nl:()=>$(()=>import(`./assets/nl-DT2RANug.js`),[],import.meta.url),pl:()=>$(()=>import(`./assets/pl-N4pPE4mE.js`),[],import.meta.url),pt:()=>$(()=>import(`./assets/pt-Xxm7HbAs.js`),[],import.meta.url),zh:()=>$(()=>import(`./assets/zh-D9raUHeu.js`),[],import.meta.url)},Zt=[[`year`,31536e3],[`month`,2592e3],[`day`,86400],[`hour`,3600],[`minute`,60]],Qt=/^(de|en|es|fr|it|ja|nl|pt|zh)\b/,$t=/^(fr\b|pt(?!-PT))/,en=class e{#e;#t;#n;#r;constructor(e=`en`,t=Wt){this.tag=e,this.words=t}static async in(...t){for(let n of t){let t=n?.split(/[-_]/)[0]?.toLowerCase();if(!n||!t)continue;if(t===`en`)break;let r=Xt[t];if(r!==void 0)try{let{words:i}=await r();return new e(tn(n)??t,i)}catch{break}}return new e}get direction(){return this.tag.startsWith(`ar`)?`rtl`:`ltr`}say(e,t={}){return this.words[e].replace(/\{(\w+)\}/g,(e,n)=>`\u2068${t[n]??``}\u2069`)}count(e,t){let n=this.words[e];return(n[this.#i(t)]??n.other).replace(`#`,this.number(t))}#i(e){return Qt.test(this.tag)&&e<1e3?e===1||e===0&&$t.test(this.tag)?`one`:`other`:(this.#e??=new Intl.PluralRules(this.tag),this.#e.select(e))}number(e){return Qt.test(this.tag)&&e<1e3?String(e):(this.#t??=new Intl.NumberFormat(this.tag),this.#t.format(e))}time(e){return this.#r??=new Intl.DateTimeFormat(this.tag,{dateStyle:`long`,timeStyle:`short`}),this.#r.format(new Date(e))}ago(e){let t=Math.max(0,(Date.now()-new Date(e).getTime())/1e3),[n,r]=Zt.find(([,e])=>t>=e)??[`second`,0];return this.#n??=new Intl.RelativeTimeFormat(this.tag,{numeric:`auto`}),this.#n.format(r===0?0:-Math.floor(t/r),n)}problem(e){if(!(e instanceof G))return this.say(`unreachable`);let{code:t,problem:n,status:r}=e,i=(t===void 0?void 0:Ut[t])??(r>=500?`internal`:`conflict`),a=n?.until?` ${this.say(`until`,{time:this.time(n.until)})}`:``;return this.say(i)+a}reason(e,t){let n=Ut[e]??`forbidden`;return this.say(n)+(t===null?``:` ${this.say(`until`,{time:this.time(t)})}`)}};function tn(e){try{return Intl.getCanonicalLocales(e.replace(`_`,`-`))[0]}catch{return}}var nn=d`
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
  /* what is busy stays where the keyboard is */
  button:disabled,
  button[aria-disabled="true"] {
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
    top: 4.25em;
    z-index: 1;
    height: 0;
    display: flex;
    flex-wrap: wrap-reverse;
    justify-content: center;
    align-content: flex-start;
    gap: 0.5em;
    align-items: end;
  }
  /* at the foot of where one writes, not over the name of who wrote the first */
  .arrivals button {
    box-shadow: 0 2px 8px rgb(0 0 0 / 0.3);
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
  header time {
    display: inline-block;
    min-width: 7em;
    white-space: nowrap;
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
      min-height: 13.75em;
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    .comment {
      scroll-behavior: smooth;
    }
  }
`,rn=class{#e;#t;constructor(e,t){this.#e=`thread-store-wish:${[e,t].map(encodeURIComponent).join(`/`)}`}keep(e){this.#t=e;try{sessionStorage.setItem(this.#e,JSON.stringify(e))}catch{}}take(){let e=this.#t;this.#t=void 0;try{let t=sessionStorage.getItem(this.#e);return sessionStorage.removeItem(this.#e),e??(t===null?void 0:JSON.parse(t))}catch{return e}}};function an(e){let{speech:t,discussion:n}=e;if(n===void 0)return j``;let r=n.own?.can.comment,i=n.isGone?j`<p class="problem" role="alert">${t.say(`noArticle`)}
        <button part="button" @click=${()=>e.again()}>${t.say(`retry`)}</button></p>`:N;if(!n.isOpen)return j`${i}<p class="note">${t.say(`closed`)}</p><slot name="closed"></slot>`;if(!n.isSignedIn)return j`${i}<slot name="sign-in"><button class="primary" part="primary" @click=${()=>e.askSignIn({open:`comment`})}>${t.say(`signIn`)}</button></slot>
      ${n.takesGuests&&(e.hasChallenge||!n.challengesGuests)?on(e):N}`;if(r?.reason===`warning-not-acknowledged`)return j`<p class="problem" role="alert">${t.say(`warned`)} <bdi>${r.message}</bdi></p>
      <button class="primary" part="primary" @click=${()=>e.acknowledge()}>${t.say(`acknowledge`)}</button>`;let a=r?.allowed===!1&&r.reason!==null?t.reason(r.reason,r.until):void 0;return j`${i}${sn(e)}${a===void 0?N:j`<p class="note">${a}</p>`}
    <ts-composer .thread=${e} .kind=${`comment`}></ts-composer>`}function on(e){let{speech:t}=e;return j`<form class="guest" @submit=${t=>{t.preventDefault(),e.becomeGuest(String(new FormData(t.target).get(`name`)).trim())}}>
    <label><span class="label">${t.say(`guestName`)}</span>
      <input name="name" required maxlength="200" autocomplete="nickname" dir="auto"></label>
    <button part="button">${t.say(`guestStart`)}</button>
  </form>`}function sn(e){let{speech:t,guestName:n}=e;return n===void 0?N:j`<p class="note">${t.say(`guestAs`,{name:n})}
    <button part="button" @click=${()=>e.endGuest()}>${t.say(`guestEnd`)}</button>
    <button part="button" @click=${()=>e.askSignIn()}>${t.say(`signIn`)}</button></p>`}var cn=/^#comment-([0-9a-f-]{36})$/i,ln=6e4,un=class extends B{static{this.styles=nn}static{this.properties={api:{},site:{},article:{},token:{},sort:{},language:{attribute:`lang`},theme:{reflect:!0},tokenSource:{attribute:!1},challenge:{attribute:!1},problem:{state:!0},moreProblem:{state:!0},said:{state:!0},isOffline:{state:!0}}}#e;#t;#n;#r;#i;#a;#o;#s;constructor(){super(),this.speech=new en,this.spoken=``,this.tellsTimes=!1,this.#e=new AbortController,this.#r=!1,this.#i=!1,this.#g=e=>{this.isOffline=e.type===`offline`,this.isOffline||this.announce(this.speech.say(`online`))},this.#_=()=>{let e=cn.exec(location.hash)?.[1];e!==void 0&&this.#v(e)},this.#S=async e=>{let t=e.target,n=this.discussion;this.#a=t.value;let r=this.#c();await this.#T(async()=>{await r.load(),this.discussion===n&&(this.#e.abort(),this.#e=new AbortController,this.discussion=r,this.#m(this.#e.signal))}),this.discussion===n&&n!==void 0&&(this.#a=t.value=n.sort)},[this.said,this.isOffline]=[``,!1]}connectedCallback(){super.connectedCallback(),this.isOffline=!navigator.onLine,addEventListener(`offline`,this.#g),addEventListener(`online`,this.#g),addEventListener(`hashchange`,this.#_),this.#t=setInterval(()=>_t(this.renderRoot,this.speech),ln),this.hasUpdated&&this.#u()}disconnectedCallback(){super.disconnectedCallback(),this.#e.abort(),removeEventListener(`offline`,this.#g),removeEventListener(`online`,this.#g),removeEventListener(`hashchange`,this.#_),clearInterval(this.#t)}willUpdate(e){[`api`,`site`,`article`,`sort`,`token`,`tokenSource`,`language`].some(t=>e.has(t))&&this.isConnected&&(this.discussion?.isReady&&[`api`,`site`,`article`,`sort`,`language`].every(t=>!e.has(t))?this.#f():this.#u())}#c(){let e=this.api??t;this.#o=new Rt(e,this.site??``),this.#s=new rn(this.site??``,this.article??``);let r=this.#l();return new Pt(new ft({baseUrl:e,token:e=>r.token(e),fetch:i}),{site:this.site??``,articleKey:this.article??``},this.#a??n(this.sort),r.isSignedIn,this)}#l(){let e=this.token||this.tokenSource?void 0:this.#o;return new It(this.token??e?.known?.token,this.tokenSource,()=>e?.end())}async#u(){this.#e.abort();let e=this.#e=new AbortController,t=this.discussion=this.#c();this.problem=void 0,this.spoken=(this.parentElement?.closest(`[lang]`)??document.documentElement).getAttribute(`lang`)??``;let n=en.in(this.language,this.spoken,navigator.language).then(e=>this.#d(e));if(this.site&&this.article){try{let r=cn.exec(location.hash)?.[1];if(await Promise.all([n,t.load(r)]),e.signal.aborted)return;r!==void 0&&this.#v(r)}catch(t){e.signal.aborted||(this.problem=t)}this.requestUpdate(),t.isReady&&(this.#m(e.signal),await this.#p())}}#d(e){this.speech=e;for(let e of this.renderRoot.querySelectorAll(`*`))e instanceof q&&e.requestUpdate()}async#f(){let{discussion:e}=this;if(e===void 0||(Object.assign(e,{api:this.#c().api,isSignedIn:this.#l().isSignedIn}),e.own=void 0,await e.loadOwn().catch(e=>this.problem=e),e.redrawAll(),!e.isSignedIn))return!1;for(let e of this.renderRoot.querySelectorAll(`*`))e instanceof q&&e.signedIn();return this.#p()}async#p(){if(this.discussion?.isSignedIn!==!0)return!1;let e=this.#s?.take();return e!==void 0&&(await this.updateComplete,await new Promise(requestAnimationFrame),e.open===`comment`?await this.#b():this.discussion.tree.find(e.id)?.goOn?.(e.open),!0)}#m(e){let{discussion:t}=this;t!==void 0&&zt(t,e).catch(n=>{!e.aborted&&n instanceof G&&n.code===`article-not-found`&&(t.isGone=!0,this.requestUpdate())})}redraw(){this.requestUpdate()}redrawSoon(){this.#n??=requestAnimationFrame(()=>{this.#n=void 0;let e=this.discussion?.fresh.length??0;e>0&&!this.#r&&this.announce(this.speech.count(`newComments`,e)),this.#r=e>0,this.requestUpdate()})}news(e){document.hidden||this.renderRoot.querySelector(`ts-inbox`)?.look(e)}counted(e){this.#h(`ts-count`,{count:e})}announce(e){this.said=e}askSignIn(e){e!==void 0&&this.#s?.keep(e),this.#h(`ts-sign-in`,{}),e?.id!==void 0&&this.#x(`.guest input`)}posted(e){this.#h(`ts-posted`,{comment:e})}linkTo(e){return`${location.href.split(`#`)[0]}#comment-${e}`}#h(e,t){this.dispatchEvent(new CustomEvent(e,{detail:t,bubbles:!0,composed:!0}))}#g;#_;async#v(e){await this.updateComplete;let t=this.discussion?.tree.find(e);t?.reveal===void 0?this.discussion?.isReady&&this.discussion.linked?.comment.id!==e&&await this.#u():(await new Promise(requestAnimationFrame),t.reveal())}updated(){this.#i||this.discussion?.isReady!==!0||(this.#i=!0,gt(()=>{this.tellsTimes=!0,this.discussion?.redrawAll()}))}render(){let{speech:e,discussion:t,problem:n}=this;return j`<section class="root" part="root" lang=${e.tag} dir=${e.direction} aria-labelledby="count"
      aria-busy=${t?.isReady!==!0&&n===void 0}>
      <p class="unseen" role="status">${this.said}</p>
      ${t?.isReady?this.#y(t):Ot(this,n,()=>this.again())}
    </section>`}#y(t){let{speech:n}=this,r=e=>e===void 0?N:j`<p class="problem" role="alert">${n.problem(e)}</p>`;return j`
      <div class="toolbar" part="toolbar">
        <h2 id="count" part="count" tabindex="-1">${n.count(`comments`,t.count??0)}</h2>
        ${t.isSignedIn?j`<ts-inbox .thread=${this}></ts-inbox>`:N}
        <label class="sort">${n.say(`sortBy`)}
          <select part="sort" @change=${this.#S}>
            ${e.map(e=>j`<option value=${e} ?selected=${e===t.sort}>${n.say(e)}</option>`)}
          </select>
        </label>
      </div>
      ${this.isOffline?j`<p class="problem offline" role="alert">${n.say(`offline`)}</p>`:N}
      ${r(this.problem)}
      <div class="write" part="write">${an(this)}</div>
      ${kt(this,t,e=>this.#w(e))}
      ${t.items.length===0?j`<p class="note">${n.say(`empty`)}</p>`:N}
      ${t.linked===void 0?N:j`<p class="note">${n.say(`linked`)}</p>`}
      <ol class="thread" part="thread">
        ${Dt([t.items],()=>Be(t.items,e=>e.comment.id,e=>j`<li><ts-comment .thread=${this} .item=${e}></ts-comment></li>`))}
      </ol>
      ${r(this.moreProblem)}
      ${t.next===null?N:j`<button class="more" part="button" @click=${()=>this.#C(t)}>${n.say(`moreComments`)}</button>`}
    `}get guestName(){return this.token||this.tokenSource?void 0:this.#o?.known?.name}get hasChallenge(){return this.challenge!==void 0}acknowledge(){this.#T(async()=>{await this.discussion?.acknowledge(),await this.#b()})}becomeGuest(e){this.#T(async()=>{let{discussion:t}=this,n=t?.challengesGuests?await this.challenge?.():void 0,r=await t?.becomeGuest(e,n);r!==void 0&&(this.#o?.begin({name:e,token:r}),await this.#f()||await this.#b())})}endGuest(){this.#o?.end(),this.#u().then(()=>this.#x(`.guest input`))}again(){this.#u().then(()=>this.#x(`h2`))}async#b(){await this.updateComplete,await this.renderRoot.querySelector(`ts-composer`)?.updateComplete,await this.#x(`textarea`)}async#x(e){await this.updateComplete,this.renderRoot.querySelector(e)?.focus()}#S;async#C(e){this.moreProblem=void 0;try{this.#w(await e.more())}catch(e){this.moreProblem=e}}#w([e]){this.requestUpdate(),this.updateComplete.then(()=>e?.reveal?.())}async#T(e){this.problem=void 0;try{await e()}catch(e){this.problem=e}this.requestUpdate()}},dn=6e5,fn={reply:`gotReply`,mention:`gotMention`,featured:`gotFeatured`,decision:`gotDecision`,appeal:`gotAppeal`,warning:`gotWarning`},pn=class extends q{static{this.properties={...q.properties,items:{state:!0},unread:{state:!0},isOpen:{state:!0},problem:{state:!0}}}#e;constructor(){super(),[this.items,this.unread,this.isOpen]=[[],0,!1]}connectedCallback(){super.connectedCallback(),this.look(),this.#e=setInterval(()=>document.hidden||void this.look(),dn),document.addEventListener(`visibilitychange`,this.#t)}disconnectedCallback(){super.disconnectedCallback(),clearInterval(this.#e),document.removeEventListener(`visibilitychange`,this.#t)}#t=()=>{document.hidden||this.look()};async look(e){try{let{api:t,place:n}=this.discussion;e!==void 0&&(t.position=e);let r=await t.get(`/v1/sites/{site}/me/notifications`,{path:{site:n.site}});[this.items,this.unread,this.problem]=[r.items,r.unread,void 0]}catch(e){this.problem=e}}render(){let{speech:e}=this;return j`<button part="button" class="bell" aria-expanded=${this.isOpen} @click=${this.#i}>
        <span class="wide">${e.say(`inbox`)}</span><span class="narrow" aria-hidden="true">✉</span>
        ${this.unread===0?N:j`<span class="badge" part="badge">${e.count(`unread`,this.unread)}</span>`}
      </button>
      ${this.isOpen?j`<div class="inbox" part="inbox" role="group" aria-label=${e.say(`inbox`)} @keydown=${this.#a}>
            ${this.problem===void 0?N:j`<p class="problem" role="alert">${e.problem(this.problem)}</p>`}
            ${this.items.length===0?j`<p class="note">${e.say(`inboxEmpty`)}</p>`:j`<ul>${this.items.map(e=>this.#n(e))}</ul>`}
          </div>`:N}`}#n(e){let{speech:t}=this,n=t.say(fn[e.type],{name:e.comment?.author?.name??t.say(`somebody`)}),r=j`<time datetime=${e.at} title=${t.time(e.at)} .textContent=${t.ago(e.at)}></time>`,i=this.#r(e);return j`<li class=${e.read?``:`unread`}>
      ${i===void 0?n:j`<a href=${i} @click=${()=>this.isOpen=!1}>${n}</a>`}
      ${e.article===null?N:j`<bdi>${e.article.title}</bdi>`} ${r}
    </li>`}#r(e){if(e.comment!==null)return e.article?.key===this.discussion.place.articleKey?this.thread.linkTo(e.comment.id):e.article?.url?`${e.article.url.split(`#`)[0]}#comment-${e.comment.id}`:void 0}#i=async()=>{if(this.isOpen=!this.isOpen,!this.isOpen)return;await this.look();let e=this.items[0];if(e===void 0||this.unread===0)return;let t={site:this.discussion.place.site};await this.discussion.api.post(`/v1/sites/{site}/me/notifications/read`,{path:t,body:{upTo:e.id}}).then(()=>this.unread=0).catch(e=>this.problem=e)};#a=e=>{e.key===`Escape`&&(this.isOpen=!1,this.focusOn(`.bell`))}};J(`ts-composer`,Tt),J(`ts-comment`,St),J(`ts-inbox`,pn),J(`thread-store`,un);