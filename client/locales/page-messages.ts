import type { FaceMeasureId } from '../../src/protocol/checks.ts';

/** Quality features of a still that the result page can name. */
type PageFeatureId =
  | 'single-face'
  | 'inter-eye-distance'
  | 'head-size'
  | 'crop-left'
  | 'crop-right'
  | 'crop-above'
  | 'crop-below'
  | 'eyes-open'
  | 'mouth-closed'
  | 'sharpness'
  | 'over-exposure'
  | 'under-exposure'
  | 'illumination-uniformity'
  | 'natural-colour'
  | 'dynamic-range'
  | 'luminance-mean'
  | 'luminance-variance'
  | 'background-uniformity';

type Texts<Key extends string> = Readonly<Record<Key, string>>;

/** A choice with the sentence that explains it. */
interface Choice {
  readonly label: string;
  readonly detail: string;
}

/** All that the capture page says besides <framegate-camera>. `{name}` in a text is filled in by `fill`. */
export interface PageMessages {
  readonly site: Texts<'title' | 'language' | 'skipToContent' | 'loading' | 'loadFailed' | 'reload'>;
  readonly consent: Texts<
    | 'heading'
    | 'lead'
    | 'whatHappens'
    | 'factGuided'
    | 'factMeasured'
    | 'factNumbers'
    | 'factLocal'
    | 'factLocalNothing'
    | 'factLocalLess'
    | 'yourChoice'
    | 'choiceNote'
    | 'localNote'
    | 'useCamera'
    | 'withoutCamera'
    | 'withoutCameraDetail'
  > & { readonly store: Choice; readonly training: Choice; readonly local: Choice };
  readonly options: Texts<
    | 'heading'
    | 'profile'
    | 'faceSkin'
    | 'faceContour'
    | 'level'
    | 'strict'
    | 'moderate'
    | 'relaxed'
    | 'precheck'
    | 'precheckDetail'
    | 'precheckAuto'
    | 'precheckOff'
    | 'meters'
    | 'speak'
  >;
  readonly live: Texts<
    | 'heading'
    | 'back'
    | 'preparingDemo'
    | 'demoNote'
    | 'localNote'
    | 'demoFailed'
    | 'slowResult'
    | 'slowResultDetail'
  >;
  readonly result: Texts<
    | 'heading'
    | 'takeAnother'
    | 'score'
    | 'scoreOf'
    | 'scoreVeryGood'
    | 'scoreGood'
    | 'scoreFair'
    | 'scorePoor'
    | 'scoreHow'
    | 'weakest'
    | 'verdictPass'
    | 'verdictAdjust'
    | 'nothingLeft'
    | 'nothingStored'
    | 'stored'
    | 'failed'
    | 'failedDetail'
    | 'errorCode'
    | 'download'
    | 'pictureAlt'
    | 'noPicture'
    | 'showMesh'
    | 'showRegions'
    | 'pose'
    | 'distance'
  >;
  readonly checks: Texts<
    | 'heading'
    | 'intro'
    | 'pass'
    | 'adjust'
    | 'fail'
    | 'unknown'
    | 'noValue'
    | 'bandBetween'
    | 'bandAtLeast'
    | 'bandAtMost'
    | 'bandExactly'
    | 'scoreIs'
    | 'summary'
  > & { readonly explain: Readonly<Record<FaceMeasureId, string>> };
  readonly features: Texts<'heading' | 'intro' | 'counts' | 'informs' | 'notAssessed' | 'notAvailable'> & {
    readonly names: Readonly<Record<PageFeatureId, string>>;
  };
  /** `{value}` is a number in the person's language; percentages have their sign already. */
  readonly units: Texts<
    | 'deg'
    | 'px'
    | 'stops'
    | 'chroma'
    | 'ofFrame'
    | 'ofFace'
    | 'ofEyeDistance'
    | 'ofEyesToChin'
    | 'eyeDistances'
    | 'eyeDistancesPerSecond'
    | 'levels'
    | 'bits'
    | 'cm'
  >;
  readonly skin: Texts<
    | 'heading'
    | 'asSeen'
    | 'swatch'
    | 'monk'
    | 'monkScale'
    | 'monkTone'
    | 'monkNearest'
    | 'ita'
    | 'confidence'
    | 'confidenceHigh'
    | 'confidenceMedium'
    | 'confidenceLow'
    | 'limitFit'
    | 'limitMargin'
    | 'limitAgreement'
    | 'limitLight'
    | 'regions'
    | 'forehead'
    | 'leftCheek'
    | 'rightCheek'
    | 'notEnough'
    | 'none'
  > & {
    readonly categories: Texts<'very-light' | 'light' | 'intermediate' | 'tan' | 'brown' | 'dark'>;
  };
  /** Results that come one after the other; `{kind}` is the name of one. */
  readonly coming: Texts<'quality' | 'skin' | 'contours' | 'measuring' | 'done' | 'failed' | 'missing'>;
  readonly concerns: Texts<
    | 'heading'
    | 'intro'
    | 'overall'
    | 'none'
    | 'why'
    | 'unclear'
    | 'show'
    | 'shown'
    | 'type'
    | 'sensitive'
    | 'age'
    | 'ageYears'
    | 'ageHow'
    | 'ageNone'
    | 'notice'
  > & {
    readonly names: Texts<
      | 'wrinkle'
      | 'pore'
      | 'texture'
      | 'acne'
      | 'redness'
      | 'oiliness'
      | 'age_spot'
      | 'radiance'
      | 'moisture'
      | 'dark_circle'
      | 'eye_bag'
      | 'droopy_upper_eyelid'
      | 'droopy_lower_eyelid'
      | 'firmness'
    >;
    readonly doubts: Texts<'occluded' | 'shaded' | 'out-of-focus' | 'clipped' | 'turned-away' | 'too-small'>;
    readonly types: Texts<'normal' | 'dry' | 'oily' | 'combination'>;
  };
  readonly contours: Texts<'heading' | 'intro' | 'none' | 'label'>;
  /** Parts of a face; left and right are the person's own. */
  readonly areas: Texts<
    | 'forehead'
    | 'left-cheek'
    | 'right-cheek'
    | 'nose'
    | 'left-under-eye'
    | 'right-under-eye'
    | 'chin'
    | 'face-oval'
    | 'lips'
    | 'left-eye'
    | 'right-eye'
    | 'left-brow'
    | 'right-brow'
    | 'glabella'
    | 'left-crow-foot'
    | 'right-crow-foot'
    | 'left-nasolabial'
    | 'right-nasolabial'
    | 'left-marionette'
    | 'right-marionette'
    | 'left-upper-lid'
    | 'right-upper-lid'
    | 'left-infraorbital'
    | 'right-infraorbital'
  >;
  readonly provenance: Texts<
    | 'heading'
    | 'intro'
    | 'capture'
    | 'session'
    | 'node'
    | 'thisDevice'
    | 'profile'
    | 'picture'
    | 'imageHash'
    | 'analyzer'
    | 'codeVersion'
    | 'receipt'
    | 'models'
    | 'copy'
    | 'copied'
    | 'copyFailed'
  >;
}
