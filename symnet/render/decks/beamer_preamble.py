r"""What the frames of a deck need in front of them: packages, colours, and one macro per element.

    \snwords<2->{36}{104}{9}{236}{snink, italic}{product rule}

Every element is one line with its place, so that a lecturer can change the words, move them, or put
the frames into another talk. The macros are explained where they are defined.
"""

from __future__ import annotations

from collections.abc import Mapping

from symnet.render.pictures.tikz import LARGE, definitions
from symnet.render.setting.themes import Color

# LuaTeX and XeTeX choose their encoding by themselves.
PACKAGES = rf"""\ifdefined\pdftexversion\usepackage[T1]{{fontenc}}\fi
\usepackage{{amsmath,lmodern,tikz}}
\usetikzlibrary{{arrows.meta}}
{LARGE}"""

MACROS = r"""\providecommand{\mean}{\operatorname{mean}}
\providecommand{\barhat}[1]{\bar{\hat{#1}}}
\colorlet{snclear}{snpaper}
\makeatletter
% \begin{snpage}{number of steps}{title for the bookmarks}: elements lie where they say, x and y in
% points of 1/72 inch from the upper left corner of the page.
\newenvironment{snpage}[2]{%
  \only<#1>{}\nointerlineskip\vbox to 0pt\bgroup\hbox to \hsize\bgroup\kern-\Gm@lmargin
  \only<1>{\sn@bookmark{#2}}\begin{tikzpicture}[x=1bp,y=-1bp,overlay]\ignorespaces}
 {\end{tikzpicture}\hss\egroup\vss\egroup}
\newcount\sn@bookmarks
\newcommand{\sn@bookmark}[1]{\global\advance\sn@bookmarks1 \def\sn@title{#1}%
  \ifx\sn@title\@empty\else\ifdefined\pdfdest
    \pdfstringdef\sn@title{#1}\pdfdest name{symnet.\the\sn@bookmarks}fit
    \pdfoutline goto name{symnet.\the\sn@bookmarks}{\sn@title}%
  \else\pdfbookmark[1]{#1}{symnet.\the\sn@bookmarks}\fi\fi}
% Elements. <2-3> says on which steps; without it, on all of them.
% \snwords{x}{y}{size}{room}{colour, bold, italic, middle, right}{words}: y is the baseline, x the
% left end, the middle or the right end; what is wider than its room is made smaller.
\pgfkeys{/sn/.cd, bold/.code=\def\sn@bold{\bfseries}, italic/.code=\def\sn@italic{\itshape},
  left/.code=\def\sn@anchor{base west}, middle/.code=\def\sn@anchor{base},
  right/.code=\def\sn@anchor{base east}, .unknown/.code=\edef\sn@color{\pgfkeyscurrentname}}
\newcommand<>{\snwords}[6]{\only#7{%
  \let\sn@bold\relax\let\sn@italic\relax\def\sn@anchor{base west}\def\sn@color{snink}%
  \pgfkeys{/sn/.cd,#5}\node[anchor=\sn@anchor,text=\sn@color,inner sep=0pt,outer sep=0pt]
    at (#1,#2) {\snfit{#3}{#4}{\sn@bold\sn@italic#6}};}}
% \snformula{x}{y}{size}{room}{colour}{displayed mathematics}
\newcommand<>{\snformula}[6]{\snwords#7{#1}{#2}{#3}{#4}{#5}{$\displaystyle#6$}}
% \sncode{x}{y}{size}{room}{colour}{letters of one width}
\newcommand<>{\sncode}[6]{\snwords#7{#1}{#2}{#3}{#4}{#5}{\ttfamily\frenchspacing#6}}
% \snbox{x}{y}{width}{height}{TikZ's words for a path};  \snline{x}{y}{to x}{to y}{the same}
\newcommand<>{\snbox}[5]{\only#6{\path[#5] (#1,#2) rectangle ++(#3,#4);}}
\newcommand<>{\snline}[5]{\only#6{\draw[#5] (#1,#2) -- (#3,#4);}}
% \snalt{(words)}{a picture}: what is said aloud in its place; the words are a string of PDF.
\newcommand{\snalt}[2]{\pgfsys@invoke{/Span <</Alt #1>> BDC}#2\pgfsys@invoke{EMC}}
% \snplot{x}{y}{width}{height}{file}{(words)}
\newcommand<>{\snplot}[6]{\only#7{\node[anchor=north west,inner sep=0pt] at (#1,#2)
  {\snalt{#6}{\vbox to #4bp{\vss\hbox to #3bp{\hss
    \includegraphics[width=#3bp,height=#4bp,keepaspectratio]{#5}\hss}\vss}}};}}
% \sngraphis{name}{a drawing}
% \sngraph{x}{y}{scale}{name}{a tensor=done, now or coming, ..}{(words)}
\newcommand{\sngraphis}[2]{\long\expandafter\def\csname sn@graph@#1\endcsname{#2}}
\pgfkeys{/sn/state/.unknown/.code=\edef\sn@tensor{\pgfkeyscurrentname}\tikzset{
  sn arrow to \sn@tensor/.style={sn #1}, sn text of \sn@tensor/.style={sn #1 text}}}
\newcommand<>{\sngraph}[6]{\only#7{%
  \begin{scope}[sn drawing, transform canvas={shift={(#1,#2)}, scale=#3}]
    \pgfkeys{/sn/state/.cd,#5}\snalt{#6}{\csname sn@graph@#4\endcsname}
  \end{scope}}}
\makeatother"""

# A page of notes: the slide at half its size, and under it what is said.
NOTES = r"""\setbeameroption{show notes}
\setbeamertemplate{note page}{\vskip8pt
  \hbox to\textwidth{\hfil\fboxsep0pt\fbox{\insertslideintonotes{0.5}}\hfil}\vskip8pt
  \small\insertnote}"""


def preamble_for(colors: Mapping[Color, str]) -> str:
    """All of it, for a deck with these colours."""
    named = (rf"\definecolor{{sn{c}}}{{HTML}}{{{v[1:].upper()}}}" for c, v in colors.items())
    return "\n".join((PACKAGES, *named, definitions(), MACROS))
